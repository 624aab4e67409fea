using System.Text.Json;

namespace MailStats.Collector.Tests;

/// <summary>Logs of real mail servers with the truth beside them, in <c>../shared</c> beside the checkout where present.</summary>
internal static class Corpora
{
    public static string? Folder { get; } = Find();

    public static string Of(string corpus) => Path.Combine(Folder ?? "", corpus);

    public static void SkipUnlessPresent(string corpus) =>
        Skip.If(Folder is null || !Directory.Exists(Of(corpus)), "../shared/corpora/mta is not beside the checkout");

    /// <summary>The logs of a corpus, oldest first.</summary>
    public static IReadOnlyList<string> Logs(string corpus) =>
    [
        .. Directory.GetFiles(Of(corpus))
            .Where(
                path =>
                    Path.GetFileName(path).StartsWith("mail", StringComparison.Ordinal)
                        || Path.GetFileName(path).StartsWith("mainlog", StringComparison.Ordinal))
            .OrderByDescending(path => path, StringComparer.Ordinal),
    ];

    public static Truth Truth(string corpus)
    {
        using var stream = File.OpenRead(Path.Combine(Of(corpus), "truth.json"));

        return JsonSerializer.Deserialize<Truth>(stream, Options)!;
    }

    /// <summary>What the other server answered, one row a recipient of each attempt: nothing is merged here, as it may be in the truth's tries.</summary>
    public static ILookup<(string, string), TruthTry> Replies(string corpus) => File.ReadLines(Path.Combine(Of(corpus), "sink-events.jsonl"))
        .Where(line => line.Length > 0)
        .Select(line => JsonSerializer.Deserialize<SinkReply>(line, Options)!)
        .Where(reply => reply is { Uid: not null, Rcpt: not null })
        .ToLookup(
            reply => (reply.Uid!, reply.Rcpt!.ToUpperInvariant()),
            reply => new TruthTry(DateTimeOffset.FromUnixTimeMilliseconds((long)(reply.T * 1000)), reply.Stage, reply.Host, reply.Reply));

    private sealed record SinkReply(double T, string? Uid, string? Rcpt, string Stage, string? Host, string? Reply);

    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MailStats.sln")))
            {
                var corpora = Path.Combine(folder.Parent!.FullName, "shared", "corpora", "mta");

                return Directory.Exists(corpora) ? corpora : null;
            }
        }

        return null;
    }
}

internal sealed record Truth(string Timezone, DateTimeOffset Started, DateTimeOffset Finished, TruthTotals Totals, IReadOnlyList<TruthMessage> Messages);

internal sealed record TruthTotals(
    TruthCounts Overall,
    Dictionary<string, TruthCounts> BySenderDomain,
    Dictionary<string, TruthCounts> BySender,
    Dictionary<string, TruthCounts> BySubmissionDay,
    Dictionary<string, TruthCounts> ByRecipientDomain);

internal sealed record TruthCounts(int Recipients, int Delivered, int Bounced, int Expired, int Queued);

internal sealed record TruthMessage(
    string QueueId,
    string Host,
    string? Uid,
    string? MessageId,
    string Sender,
    string? Subject,
    string? RawSubject,
    double? SpamScore,
    DateTimeOffset Submitted,
    Dictionary<string, string> RefusedAtSubmission,
    IReadOnlyList<TruthRecipient> Recipients);

internal sealed record TruthRecipient(
    string Recipient,
    string? OriginalRecipient,
    string Kind,
    string Status,
    string StatusFrom,
    string? Link,
    int? Attempts,
    int? Code,
    string? Enhanced,
    string? Reply,
    string? Stage,
    long? SizeDelivered,
    DateTimeOffset? FirstAttempt,
    DateTimeOffset? LastAttempt,
    IReadOnlyList<TruthTry>? Tries);

internal sealed record TruthTry(DateTimeOffset Time, string Stage, string? Host, string? Reply);
