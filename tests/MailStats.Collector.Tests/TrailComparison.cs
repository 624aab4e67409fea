using System.Text.RegularExpressions;
using MailStats.Contracts;

namespace MailStats.Collector.Tests;

/// <summary>Compares the attempts of every delivery with what the other server really answered, one line a difference.</summary>
internal static partial class TrailComparison
{
    /// <summary>A log is written when the message's run has ended, after silent servers of its other recipients were waited for.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromHours(1);

    public static (int Compared, List<string> Differences) Compare(Truth truth, IReadOnlyList<SubmittedEvent> events)
    {
        var hosted = events.Any(item => !string.IsNullOrEmpty(item.Host));
        var told = events
            .Where(item => item.Attempted != false && item.Event is "deferred" or "delivered" or "bounced")
            .DistinctBy(item => (item.MessageKey, item.Recipient, item.OccurredAt, item.Event, item.Reply))
            .ToLookup(item => (hosted ? Short(item.Host) : "", item.QueueId, item.Recipient!.ToUpperInvariant()));
        var compared = 0;
        var differences = new List<string>();

        foreach (var message in truth.Messages)
        {
            foreach (var recipient in message.Recipients.Where(IsKnown))
            {
                var key = (hosted ? Short(message.Host) : "", message.QueueId, recipient.Recipient.ToUpperInvariant());
                var got = told[key].OrderBy(item => item.OccurredAt).ToList();
                compared += recipient.Tries!.Count;

                if (got.Count != recipient.Tries.Count)
                {
                    differences.Add($"{key}: {got.Count} attempts, expected {recipient.Tries.Count}");
                    continue;
                }

                foreach (var (attempt, real) in got.Zip(recipient.Tries))
                {
                    if (attempt.OccurredAt < real.Time.AddSeconds(-1) || attempt.OccurredAt > real.Time + Later || !SameReply(attempt.Reply, real))
                    {
                        differences.Add($"{key}: {attempt.OccurredAt:O} \"{attempt.Reply}\", expected {real.Time:O} \"{real.Reply}\" ({real.Stage})");
                    }
                }
            }
        }

        return (compared, differences);
    }

    /// <summary>
    /// Where the whole server was at fault, the truth does not know the tries. And Exim with CHUNKING logs the refusal of the
    /// whole message for one that was deferred at RCPT: its last word stands in the bounce message alone.
    /// </summary>
    private static bool IsKnown(TruthRecipient recipient) =>
        recipient is { Kind: "outbound", Link: null, Attempts: not null, Tries.Count: > 0 } and not { StatusFrom: "notice", Code: < 500 };

    /// <summary>Lines are joined as each server does it. A connection that was lost has no reply: the MTA says so in its own words.</summary>
    private static bool SameReply(string? told, TruthTry real) =>
        string.IsNullOrEmpty(real.Reply) ? !string.IsNullOrEmpty(told) : OneLine(told) == OneLine(real.Reply);

    private static string OneLine(string? text) => Space().Replace(text ?? "", " ").Trim();

    private static string Short(string? host) => (host ?? "").Split('.')[0];

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
