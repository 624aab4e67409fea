using MailStats.Contracts;

namespace MailStats.Collector.Tests;

/// <summary>A delivery as the events of one recipient of one message tell it: what the store makes of them.</summary>
internal sealed record Delivery(
    string Host, string QueueId, string MessageKey, string Recipient, string Sender, bool Local,
        string Status, int Attempts, SubmittedEvent Last, SubmittedEvent First);

internal static class Ledger
{
    private static readonly string[] Finals = ["delivered", "bounced", "expired"];

    public static List<Delivery> Of(IEnumerable<SubmittedEvent> events) =>
    [
        .. events.Where(item => item.Event != "rejected").GroupBy(item => (item.MessageKey, item.Recipient)).Select(group =>
        {
            var all = group.OrderBy(item => item.OccurredAt).ToList();
            var last = all.LastOrDefault(item => Finals.Contains(item.Event)) ?? all[^1];

            return new Delivery(
                last.Host ?? "", last.QueueId!, last.MessageKey!, last.Recipient!, last.Sender!, last.Local == true,
                last.Event is "deferred" or "accepted" ? "queued" : last.Event!,
                all.Where(item => item.Attempted != false).DistinctBy(item => (item.OccurredAt, item.Event, item.Reply)).Count(),
                last, all[0]);
        }),
    ];
}
