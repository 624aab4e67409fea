using System.Diagnostics;
using MailStats.Stores.Notifications;

namespace MailStats.Stores.Tests.Notifications;

/// <summary>A message of the outbox remembers the trace in which it was written.</summary>
public sealed class NoticeTraceTests
{
    private const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Theory]
    [InlineData("""{"noticeId":"1","text":"a\"b"}""", Trace)]
    [InlineData("""{"noticeId":"1"}""", null)]
    [InlineData("{}", null)]
    public void What_is_put_in_is_taken_out(string content, string? trace) =>
        Assert.Equal((content, trace), NoticeTrace.Take(NoticeTrace.Put(content, trace)));

    [Fact]
    public void An_empty_object_takes_none() => Assert.Equal("{}", NoticeTrace.Put("{}", Trace));

    [Fact]
    public void A_reader_that_does_not_know_it_reads_the_message() =>
        Assert.Equal(7, System.Text.Json.JsonSerializer.Deserialize<Message>(NoticeTrace.Put("""{"Number":7}""", Trace))!.Number);

    [Fact]
    public void Only_a_trace_that_somebody_records_is_kept()
    {
        Assert.Null(NoticeTrace.Current);

        using var unrecorded = new Activity("request").Start();
        Assert.Null(NoticeTrace.Current);

        unrecorded.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        Assert.Equal(unrecorded.Id, NoticeTrace.Current);
    }

    private sealed record Message(int Number);
}
