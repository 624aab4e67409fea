using System.Text.RegularExpressions;
using MailStats.Contracts;

namespace MailStats.Collector.Tests;

/// <summary>Compares the attempts of every delivery with what the other server really answered, one line a difference.</summary>
internal static partial class TrailComparison
{
    /// <summary>Postfix and Exim write when the message's run has ended, after silent servers of its other recipients were waited for.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromHours(1);

    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(2);

    public static (int Compared, int Unheard, List<string> Differences) Compare(
        Truth truth, ILookup<(string, string), TruthTry> replies, IReadOnlyList<SubmittedEvent> events)
    {
        var hosted = events.Any(item => !string.IsNullOrEmpty(item.Host));
        var told = events
            .Where(item => item.Attempted != false && item.Event is "deferred" or "delivered" or "bounced")
            .DistinctBy(item => (item.MessageKey, item.Recipient, item.OccurredAt, item.Event, item.Reply))
            .ToLookup(item => (hosted ? Short(item.Host) : "", item.QueueId, item.Recipient!.ToUpperInvariant()));
        var compared = 0;
        var unheard = 0;
        var differences = new List<string>();

        foreach (var message in truth.Messages)
        {
            foreach (var recipient in message.Recipients.Where(IsKnown))
            {
                var key = (hosted ? Short(message.Host) : "", message.QueueId, recipient.Recipient.ToUpperInvariant());
                var got = told[key].OrderBy(item => item.OccurredAt).ToList();

                // The truth merges what was said twice within a second; the other server's own record does not.
                var tries = got.Count == recipient.Tries!.Count ? recipient.Tries : [.. replies[(message.Uid ?? "", recipient.Recipient.ToUpperInvariant())]];
                compared += tries.Count;

                if (got.Count != tries.Count)
                {
                    differences.Add($"{key}: {got.Count} attempts, expected {tries.Count}");
                    continue;
                }

                foreach (var (attempt, real) in got.Zip(tries))
                {
                    var later = attempt.Source == "opensmtpd" ? AtOnce : Later;
                    var inTime = attempt.OccurredAt >= real.Time.AddSeconds(-1) && attempt.OccurredAt <= real.Time + later;
                    if (inTime && WasNotHeard(attempt, real))
                    {
                        unheard++;
                    }
                    else if (!inTime || !SameReply(attempt.Reply, real))
                    {
                        differences.Add($"{key}: {attempt.OccurredAt:O} \"{attempt.Reply}\", expected {real.Time:O} \"{real.Reply}\" ({real.Stage})");
                    }
                }
            }
        }

        return (compared, unheard, differences);
    }

    /// <summary>
    /// Where the whole server was at fault, the truth does not know the tries. And Exim with CHUNKING logs the refusal of the
    /// whole message for one that was deferred at RCPT: its last word stands in the bounce message alone.
    /// </summary>
    private static bool IsKnown(TruthRecipient recipient) =>
        recipient is { Kind: "outbound", Link: null, Attempts: not null, Tries.Count: > 0 } and not { StatusFrom: "notice", Code: < 500 };

    /// <summary>
    /// OpenSMTPD stopped waiting for the reply to the message's end a moment before it came: what it logs is what happened to it,
    /// and it tries again, even where the reply would have been an acceptance.
    /// </summary>
    private static bool WasNotHeard(SubmittedEvent attempt, TruthTry real) =>
        attempt is { Source: "opensmtpd", Event: "deferred", Reply: "Connection timeout" } && real.Stage == "dot";

    /// <summary>Lines are joined as each server does it. A connection that was lost has no reply: the MTA says so in its own words.</summary>
    private static bool SameReply(string? told, TruthTry real) =>
        string.IsNullOrEmpty(real.Reply)
            ? !string.IsNullOrEmpty(told)
            : OneLine(told) == OneLine(real.Reply) || OneLine(told) == OneLine(AsOpenSmtpdJoins(real.Reply));

    /// <summary>Of the lines after the first, code and enhanced code are left out, and no blank is put between lines (mta_session.c).</summary>
    private static string AsOpenSmtpdJoins(string reply) =>
        string.Concat(reply.Split('\n').Select((line, index) => index == 0 ? line : LineCodes().Replace(line, "")));

    private static string OneLine(string? text) => Space().Replace(text ?? "", " ").Trim();

    [GeneratedRegex(@"^\d{3}[ -](\d\.\d\.\d(?=\s))?")]
    private static partial Regex LineCodes();

    private static string Short(string? host) => (host ?? "").Split('.')[0];

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
