namespace MailStats.Stores.Webhooks;

/// <summary>What came of the posts of each webhook source: counts by day and cause, and the last refusals. Holds no personal data.</summary>
public interface IWebhookTrafficStore
{
    /// <summary>Days that are kept, the present one among them.</summary>
    const int Days = 30;

    /// <summary>Refusals of a source that are kept: enough to see what is wrong, too few to be a log.</summary>
    const int Refusals = 10;

    /// <summary>
    /// Adds to the counts, keeps the latest <see cref="Refusals"/> of each source, and drops days before <paramref name="oldest"/>.
    /// Not idempotent: the counts show what is going on, statistics are made elsewhere.
    /// </summary>
    Task AddAsync(IReadOnlyList<WebhookCount> counts, IReadOnlyList<WebhookRefusal> refusals, DateOnly oldest, CancellationToken cancellationToken);

    /// <summary>Counts by day, outcome and cause; refusals with the latest first.</summary>
    Task<WebhookTraffic> FindAsync(string sourceId, CancellationToken cancellationToken);
}

/// <summary>What became of posts, events and fields.</summary>
// Stored as numbers: append only.
public enum WebhookOutcome
{
    /// <summary>Not given.</summary>
    Unknown = 0,

    /// <summary>Events that were taken for the first time, as far as the process remembers.</summary>
    Accepted = 1,

    /// <summary>Events that were taken again.</summary>
    Repeated = 2,

    /// <summary>Posts that were not taken: the cause says why.</summary>
    Refused = 3,

    /// <summary>Events without which a field was missing or wrong: the cause is the field.</summary>
    Rejected = 4,

    /// <summary>Fields that could not be read; their events were taken without them.</summary>
    LeftOut = 5,

    /// <summary>Posts that were proven and held nothing to count: clicks, tests, confirmations.</summary>
    Nothing = 6,
}

/// <param name="SourceId">The webhook source.</param>
/// <param name="Day">In UTC.</param>
/// <param name="Outcome">What became of them.</param>
/// <param name="Cause">Why, one of a few fixed words; empty where the outcome says all.</param>
/// <param name="Count">How many.</param>
/// <param name="LastAt">The latest of them, UTC.</param>
public sealed record WebhookCount(string SourceId, DateOnly Day, WebhookOutcome Outcome, string Cause, long Count, DateTimeOffset LastAt);

/// <param name="SourceId">The webhook source.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Outcome"><see cref="WebhookOutcome.Refused"/>, <see cref="WebhookOutcome.Rejected"/> or <see cref="WebhookOutcome.LeftOut"/>.</param>
/// <param name="Cause">As in <see cref="WebhookCount.Cause"/>.</param>
/// <param name="Error">What was wrong, for people; never what stood in the post.</param>
public sealed record WebhookRefusal(string SourceId, DateTimeOffset At, WebhookOutcome Outcome, string Cause, string Error);

/// <param name="Counts">By day, outcome and cause.</param>
/// <param name="Refusals">The latest first.</param>
public sealed record WebhookTraffic(IReadOnlyList<WebhookCount> Counts, IReadOnlyList<WebhookRefusal> Refusals);
