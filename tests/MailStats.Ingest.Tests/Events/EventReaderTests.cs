using System.Text;
using MailStats.Contracts;
using MailStats.Ingest.Events;

namespace MailStats.Ingest.Tests.Events;

public sealed class EventReaderTests
{
    [Theory]
    [InlineData("""{"event":"delivered","recipient":"a@x.example"}""")]
    [InlineData("""[{"event":"delivered","recipient":"a@x.example"}]""")]
    [InlineData("\uFEFF  \r\n{\n\"event\" : \"delivered\",\n \"recipient\":\"a@x.example\"\n}\r\n")]
    [InlineData("""{"unknown":[{"deep":[1,2]}],"event":"delivered","also":{},"recipient":"a@x.example"}""")]
    [InlineData("{\"event\":\"rejected\",\"event\":\"deliv\\u0065red\",\"recipient\":\"a@x.example\"}")]
    public void One_item_is_read_in_every_form(string body)
    {
        var reader = Read(body);

        var item = Assert.Single(reader.Items);
        Assert.Equal(("delivered", "a@x.example"), (item.Event.Event, item.Event.Recipient));
        Assert.Empty(reader.Rejected);
        Assert.Null(reader.Broken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lines_are_items_and_a_broken_one_costs_no_other(bool lines)
    {
        var reader = Read("{\"event\":\"delivered\"}\r\n\r\n{\"event\":\n"
            + "{\"event\":\"bounced\"}\n42\n{\"event\":\"deferred\"} {}\n{\"event\":\"expired\"}", lines);

        Assert.Equal(
            [(0, 1, "delivered"), (2, 4, "bounced"), (5, 7, "expired")],
            reader.Items.Select(item => (item.Index, item.Line!.Value, item.Event.Event!)));
        Assert.Equal([(1, 3), (3, 5), (4, 6)], reader.Rejected.Select(field => (field.Index, field.Line!.Value)));
        Assert.Contains("byte 10", reader.Rejected[0].Error, StringComparison.Ordinal);
        Assert.Null(reader.Broken);
    }

    [Fact]
    public void Every_wrong_field_of_every_item_is_named_and_the_right_items_stay()
    {
        var reader = Read("""
            [
              {"event":1,"occurredAt":"yesterday","bytes":-1,"attempted":"no","recipients":["a@x.example",3],
               "replyCode":1000,"spamScore":"high","subject":null},
              {"event":"delivered"},
              "text",
              {"occurredAt":"2026-02-30T10:00:00Z","acceptedAt":"2026-01-01T10:00:00","recipients":"a@x.example","attemptNumber":1.5}
            ]
            """);

        Assert.Equal([1], reader.Items.Select(item => item.Index));
        Assert.Equal(
            [
                (0, "event"), (0, "occurredAt"), (0, "bytes"), (0, "attempted"), (0, "recipients[1]"), (0, "replyCode"), (0, "spamScore"),
                (2, ""),
                (3, "occurredAt"), (3, "acceptedAt"), (3, "recipients"), (3, "attemptNumber"),
            ],
            reader.Rejected.Select(field => (field.Index, field.Field)));
    }

    [Fact]
    public void Deferrals_are_read_and_each_wrong_field_of_them_is_named()
    {
        var reader = Read("""
            [
              {"event":"delivered",
               "deferrals":[{"occurredAt":"2026-03-03T08:00:00Z","replyCode":451,"reply":"try later","unknown":{}},{"attempted":false}],"subject":"Offer"},
              {"deferrals":[{"reply":1},"text",{"occurredAt":"soon","attemptNumber":0}],"subject":2},
              {"deferrals":{}},
              {"event":"expired","deferrals":null}
            ]
            """);

        Assert.Equal([0, 3], reader.Items.Select(item => item.Index));
        Assert.Equal("Offer", reader.Items[0].Event.Subject);
        Assert.Equal(
            [
                new() { OccurredAt = new(2026, 3, 3, 8, 0, 0, TimeSpan.Zero), ReplyCode = 451, Reply = "try later" },
                new SubmittedDeferral { Attempted = false },
            ],
            reader.Items[0].Event.Deferrals!);
        Assert.Null(reader.Items[1].Event.Deferrals);
        Assert.Equal(
            [
                (1, "deferrals[0].reply"), (1, "deferrals[1]"), (1, "deferrals[2].occurredAt"),
                (1, "deferrals[2].attemptNumber"), (1, "subject"), (2, "deferrals"),
            ],
            reader.Rejected.Select(field => (field.Index, field.Field)));
    }

    [Theory]
    [InlineData(1_000, true)]
    [InlineData(1_001, false)]
    [InlineData(5_000, false)]
    public void An_item_has_a_thousand_deferrals_at_most(int count, bool taken)
    {
        var reader = Read(
            $$"""[{"event":"delivered","deferrals":[{{string.Join(',', Enumerable.Repeat("{}", count))}}]},{"event":"expired"}]""", maxEvents: 10_000);

        Assert.Equal(taken ? [0, 1] : [1], reader.Items.Select(item => item.Index));
        Assert.Equal(taken ? [] : ["deferrals"], reader.Rejected.Select(field => field.Field));
        Assert.Null(reader.Broken);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData(" \n ", "empty")]
    [InlineData("[{\"event\":\"delivered\"},\n{\"event\":}]", "line 2, byte 10")]
    [InlineData("[{\"event\":\"delivered\"}", "line 1")]
    [InlineData("[{}] []", "line 1, byte 6")]
    [InlineData("{\"event\":\"delivered\"", "line 1")]
    [InlineData("<html>", "line 1, byte 1")]
    [InlineData("\0\0\0", "line 1, byte 1")]
    public void A_body_that_is_no_JSON_names_the_place(string body, string place)
    {
        var reader = Read(body);

        Assert.Contains(place, reader.Broken, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_no_Unicode_is_named()
    {
        var reader = new EventReader(10);
        reader.Read([.. "{\"subject\":\""u8, 0xC3, 0x28, .. "\",\"recipient\":\"\\ud800\",\"event\":\"delivered\"}"u8], lines: false);

        Assert.Equal(["subject", "recipient"], reader.Rejected.Select(field => field.Field));
    }

    [Fact]
    public void More_items_than_allowed_are_noticed()
    {
        Assert.True(Read("[" + string.Join(',', Enumerable.Repeat("{}", 11)) + "]").TooMany);
        Assert.False(Read("[" + string.Join(',', Enumerable.Repeat("{}", 10)) + "]").TooMany);
        Assert.True(Read(string.Join('\n', Enumerable.Repeat("{}", 11))).TooMany);
    }

    [Fact]
    public void Tags_are_no_events_and_no_more_of_them_are_read_than_tell_that_they_are_too_many()
    {
        var reader = Read($$"""[{"tags":[{{string.Join(',', Enumerable.Repeat("\"vip\"", 5_000))}}],"event":"delivered"},{"tags":["a","b"]}]""");

        Assert.False(reader.TooMany);
        Assert.Equal([EventMaker.MaxTags + 1, 2], reader.Items.Select(item => item.Event.Tags!.Count));
        Assert.Equal("delivered", reader.Items[0].Event.Event);
    }

    [Fact]
    public void Deep_nesting_is_refused_not_followed() =>
        Assert.NotNull(Read(new string('[', 100_000)).Broken);

    private static EventReader Read(string body, bool lines = false, int maxEvents = 10)
    {
        var reader = new EventReader(maxEvents);
        reader.Read(Encoding.UTF8.GetBytes(body), lines);

        return reader;
    }
}
