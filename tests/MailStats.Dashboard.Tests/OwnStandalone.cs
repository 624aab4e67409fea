namespace MailStats.Dashboard.Tests;

/// <summary>A Standalone that has seen 20 recipients today, 4 of them refused in words that no rule knows.</summary>
public sealed class OwnStandalone : FilledStandalone
{
    private protected override async Task FillAsync(StandaloneProcess standalone)
    {
        var now = TimeProvider.System.GetUtcNow();
        await standalone.IngestAsync(Enumerable.Range(0, 20).Select(i => (object)new
        {
            @event = i < 4 ? "bounced" : "delivered", occurredAt = now.AddSeconds(-30 - i), messageKey = $"m{i}", recipient = $"r{i}@example.net",
            sender = "news@shop.example", subject = "Hello", replyCode = i < 4 ? 554 : 250, reply = i < 4 ? "554 qqzzx flurb 17 wobble" : "250 OK",
        }));
        await standalone.WaitForRecipientsAsync(20);
    }
}
