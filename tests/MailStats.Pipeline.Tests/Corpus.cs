using System.Text.Json;
using System.Text.RegularExpressions;
using MailStats.Pipeline.Tests.Processes;

namespace MailStats.Pipeline.Tests;

/// <summary>A log of a real mail server and what really became of its mail, from <c>../shared</c> beside the checkout.</summary>
internal sealed partial record Corpus(string TimeZone, IReadOnlyList<string> Logs, IReadOnlyList<CorpusDelivery> Deliveries)
{
    private static readonly string Folder = Path.Combine(Directory.GetParent(Repository.Root)!.FullName, "shared", "corpora", "mta");

    public static Corpus Require(string name)
    {
        var folder = Path.Combine(Folder, name);
        Skip.IfNot(Directory.Exists(folder), "../shared/corpora/mta is not beside the checkout");
        using var truth = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "truth.json")));
        var log = name.StartsWith("exim", StringComparison.Ordinal) ? "mainlog*" : "mail.log*";

        return new(
            truth.RootElement.GetProperty("timezone").GetString()!,
            Directory.GetFiles(folder, log),
            [.. truth.RootElement.GetProperty("messages").EnumerateArray().SelectMany(DeliveriesOf)]);
    }

    /// <summary>What counts: mail with a sender that left the host.</summary>
    private static IEnumerable<CorpusDelivery> DeliveriesOf(JsonElement message)
    {
        var mailbox = Verp().Replace(message.GetProperty("sender").GetString()!, "$1$2").ToLowerInvariant();

        return message.GetProperty("recipients").EnumerateArray()
            .Where(recipient => mailbox.Length > 0 && recipient.GetProperty("kind").GetString() == "outbound")
            .Select(recipient => new CorpusDelivery(
                mailbox,
                message.GetProperty("submitted").GetDateTimeOffset(),
                recipient.GetProperty("status").GetString()!,
                message.GetProperty("queue_id").GetString()!,
                recipient.GetProperty("recipient").GetString()!,
                AttemptsOf(recipient)));
    }

    /// <summary>Null where the truth does not know them: nobody was asked, or the message went through another queue of the host.</summary>
    private static int? AttemptsOf(JsonElement recipient) =>
        recipient.GetProperty("attempts") is { ValueKind: JsonValueKind.Number } attempts && recipient.GetProperty("link").ValueKind == JsonValueKind.Null
            ? attempts.GetInt32()
            : null;

    /// <summary>The one kind of decoration that the corpora's senders carry: <c>bounces+17-ann=example.net@…</c>.</summary>
    [GeneratedRegex(@"^(bounces)\+[0-9]+-.*=[^@]*(@.*)$")]
    private static partial Regex Verp();
}

/// <summary>One recipient of one message; status is <c>delivered</c>, <c>bounced</c>, <c>expired</c> or <c>queued</c>.</summary>
internal sealed record CorpusDelivery(string Mailbox, DateTimeOffset Submitted, string Status, string QueueId, string Recipient, int? Attempts)
{
    public string Domain => Mailbox[(Mailbox.LastIndexOf('@') + 1)..];
}
