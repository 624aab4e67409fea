using System.Diagnostics;

namespace MailStats.Stores.Notifications;

/// <summary>
/// The trace in which a message of the outbox was written (W3C <c>traceparent</c>), so that what is published later belongs to
/// the request that caused it. It is kept as the first member of the message's JSON: rows of before have none, and readers that
/// do not know it pass over it.
/// </summary>
public static class NoticeTrace
{
    private const string Begin = "{\"traceparent\":\"";

    // 00-TRACE-SPAN-FLAGS
    private const int Length = 55;

    /// <summary>The trace of the caller; null where nobody records one.</summary>
    public static string? Current =>
        Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C, Id: { Length: Length } id } ? id : null;

    /// <summary>The content with the trace in it; unchanged without one.</summary>
    public static string Put(string content, string? trace) =>
        trace is null || content.Length < 3 || content[0] != '{' ? content : $"{Begin}{trace}\",{content.AsSpan(1)}";

    /// <summary>What <see cref="Put"/> was given.</summary>
    public static (string Content, string? Trace) Take(string kept)
    {
        if (!kept.StartsWith(Begin, StringComparison.Ordinal))
        {
            return (kept, null);
        }

        var trace = kept.Substring(Begin.Length, Length);

        // After it: a quotation mark and a comma.
        return ($"{{{kept.AsSpan(Begin.Length + Length + 2)}", trace);
    }
}
