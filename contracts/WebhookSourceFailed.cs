namespace MailStats.Contracts;

/// <summary>
/// A provider's webhook no longer tells what becomes of mail: it is silent for longer than it ever was, or most of its posts are refused.
/// Published once for each silence and each run of refusals.
/// </summary>
public sealed record WebhookSourceFailed
{
    /// <summary>The same for every repetition of this notice.</summary>
    public required Guid NoticeId { get; init; }

    /// <summary>The tenant whose source it is.</summary>
    public required string TenantId { get; init; }

    /// <summary>Id of the webhook source.</summary>
    public required string SourceId { get; init; }

    /// <summary>The provider, for example <c>sendgrid</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The tenant's name for the source.</summary>
    public required string Name { get; init; }

    /// <summary><c>silent</c> or <c>refused</c>.</summary>
    public required string Cause { get; init; }

    /// <summary>Since when: the last post that was taken, or the start of the first day on which most were refused, UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Posts that were refused today and yesterday (UTC).</summary>
    public required long Refused { get; init; }

    /// <summary>When that was seen, UTC.</summary>
    public required DateTimeOffset OccurredAt { get; init; }
}
