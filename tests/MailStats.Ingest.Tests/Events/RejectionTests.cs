using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Ingest.Events;

namespace MailStats.Ingest.Tests.Events;

/// <summary>What is wrong is bounded as what is right is.</summary>
public sealed class RejectionTests
{
    private const string Item =
        """{"event":"delivered","occurredAt":"2026-11-20T09:14:03Z","messageKey":"m1","recipient":"ann@example.net","sender":"news@shop.example"}""";

    [Theory]
    [InlineData(Rejections.MaxTold, null)]
    [InlineData(Rejections.MaxTold + 1, 1)]
    [InlineData(9_000, 8_900)]
    public async Task An_answer_names_a_hundred_wrong_fields_and_counts_the_rest(int wrong, int? more)
    {
        await using var app = await IngestApp.StartAsync();

        using var answer = await app.PostAsync($"[{string.Concat(Enumerable.Repeat("5,", wrong))}{Item}]");
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal((1, Rejections.MaxTold), (body.GetProperty("accepted").GetInt32(), body.GetProperty("rejected").GetArrayLength()));
        Assert.Equal(more, body.TryGetProperty("moreRejected", out var untold) ? untold.GetInt32() : null);
    }

    [Fact]
    public async Task A_refusal_names_a_hundred_wrong_fields_and_counts_the_rest()
    {
        await using var app = await IngestApp.StartAsync();

        using var answer = await app.PostAsync($"[{string.Concat(Enumerable.Repeat("5,", 4_000))}5]");
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal((100, 3_901), (problem.GetProperty("rejected").GetArrayLength(), problem.GetProperty("moreRejected").GetInt32()));
        Assert.Equal(100, problem.GetProperty("errors").EnumerateObject().Count());
    }

    [Theory]
    [InlineData("wrong items")]
    [InlineData("lines that are no JSON")]
    [InlineData("recipients")]
    [InlineData("deferrals")]
    public void Reading_ends_one_past_the_bound(string what)
    {
        var bytes = Encoding.UTF8.GetBytes(Flood(what));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reader = new EventReader(10_000);

        reader.Read(bytes, lines: what.StartsWith("lines", StringComparison.Ordinal));

        Assert.True(reader.TooMany, what);
        Assert.InRange(reader.Rejected.Count, 0, Rejections.MaxTold);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32_000_000);
    }

    [Fact]
    public async Task A_flood_of_recipients_is_refused_in_few_words()
    {
        await using var app = await IngestApp.StartAsync();

        using var answer = await app.PostAsync(Flood("recipients"));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.InRange((await answer.Content.ReadAsByteArrayAsync()).Length, 1, 1_000);
        Assert.Empty(app.Journal.Kept);
    }

    [Fact]
    public async Task Many_copies_of_a_long_reply_are_refused()
    {
        await using var app = await IngestApp.StartAsync();
        var recipients = string.Join(',', Enumerable.Range(0, 2_000).Select(number => $"\"r{number}@example.net\""));

        using var answer = await app.PostAsync(
            $$"""
            {"event":"bounced","occurredAt":"2026-11-20T09:14:03Z","messageKey":"m1","sender":"news@shop.example",
            "reply":"{{new string('x', 60_000)}}","recipients":[{{recipients}}]}
            """);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Empty(app.Journal.Kept);
    }

    [Theory]
    [InlineData('x')]
    [InlineData('ä')]
    [InlineData('<')]
    public async Task Long_replies_are_cut_into_messages_that_every_broker_takes(char letter)
    {
        await using var app = await IngestApp.StartAsync();
        var lines = Enumerable.Range(0, 300).Select(number =>
            $$"""
            {"event":"bounced","occurredAt":"2026-11-20T09:14:03Z","messageKey":"m{{number}}","recipient":"ann@example.net",
            "sender":"news@shop.example","reply":"{{new string(letter, 20_000)}}"}
            """.ReplaceLineEndings(""));

        using var answer = await app.PostAsync(string.Join('\n', lines), "application/x-ndjson");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(300, app.Journal.Kept.Values.Sum(batch => batch.Deliveries.Count));
        Assert.All(app.Journal.Kept.Values, batch => Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(batch).Length, 1, Intake.BatchBytes));
    }

    [Fact]
    public async Task An_event_that_comes_again_with_its_tags_is_a_repetition()
    {
        await using var app = await IngestApp.StartAsync();
        var tagged = Item[..^1] + ",\"tags\":[\"spring\",\"vip\"]}";
        var other = Item[..^1] + ",\"tags\":[\"vip\"]}";

        using var answer = await app.PostAsync($"[{tagged},{tagged},{other}]");
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal((3, 2), (body.GetProperty("accepted").GetInt32(), body.GetProperty("repeated").GetInt32()));
        Assert.Equal([2, 1], app.Journal.Kept.Values.Single().Deliveries.Select(made => made.Tags!.Count));
    }

    [Fact]
    public void The_weight_of_an_event_is_never_less_than_its_JSON()
    {
        var word = new string('"', EventMaker.MaxWord);
        var made = new DeliveryEvent
        {
            EventId = Guid.Empty, TenantId = "acme", MessageKey = "m1", Recipient = "ann@example.net", Kind = DeliveryEventKind.Rejected,
            OccurredAt = DateTimeOffset.MaxValue, AcceptedAt = DateTimeOffset.MaxValue, Source = "api", Attempted = true, Local = true,
            Bytes = long.MaxValue, SpamScore = double.MinValue, ReplyCode = 599, AttemptNumber = 1_000_000, OutgoingIp = word, Pool = word, TlsVersion = word,
            ClientAddress = word, Login = word, Tags = [.. Enumerable.Repeat(word, EventMaker.MaxTags)],
        };

        Assert.InRange(EventWeight.Of(made), JsonSerializer.SerializeToUtf8Bytes(made).Length, int.MaxValue);
    }

    [Fact]
    public async Task An_id_that_comes_again_and_says_more_is_taken_as_in_two_requests()
    {
        await using var app = await IngestApp.StartAsync();
        var first = Item[..^1] + ",\"eventId\":\"e1\"}";
        var more = Item[..^1] + ",\"eventId\":\"e1\",\"local\":true}";

        using var answer = await app.PostAsync($"[{first},{more},{first}]");
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var taken = app.Journal.Kept.Values.Single().Deliveries;

        Assert.Equal((3, 2), (body.GetProperty("accepted").GetInt32(), body.GetProperty("repeated").GetInt32()));
        Assert.Equal([false, true], taken.Select(made => made.Local));
        Assert.Single(taken.Select(made => made.EventId).Distinct());
    }

    private static string Flood(string what) => what switch
    {
        "wrong items" => $"[{string.Concat(Enumerable.Repeat("5,", 10_000))}5]",
        "lines that are no JSON" => string.Concat(Enumerable.Repeat("{\n", 10_001)),
        "recipients" => $$"""{"event":"accepted","recipients":[{{string.Concat(Enumerable.Repeat("\"x\",", 900_000))}}"x"]}""",
        _ => $"[{string.Join(',', Enumerable.Repeat($$"""{"deferrals":[{{string.Join(',', Enumerable.Repeat("{}", 1_000))}}]}""", 3_000))}]",
    };
}
