using MailStats.Mail.Replies;

namespace MailStats.Stores.Replies;

/// <summary>The rules by which a tenant's operator classifies replies, asked before those that come with MailStats.</summary>
public interface IReplyRuleStore
{
    /// <summary>The rules of a tenant, latest first; empty with revision 0 where it never had any.</summary>
    Task<ReplyRuleSet> FindAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>The revision of every tenant that ever had a rule.</summary>
    Task<IReadOnlyDictionary<string, long>> RevisionsAsync(CancellationToken cancellationToken);

    /// <summary>Adds the rule or overwrites the one of the same id, and raises the tenant's revision by one.</summary>
    /// <returns>The new revision.</returns>
    Task<long> SaveAsync(ReplyRule rule, CancellationToken cancellationToken);

    /// <summary>Removes a rule and raises the tenant's revision by one; null when the tenant has no such rule.</summary>
    Task<long?> RemoveAsync(string tenantId, string ruleId, CancellationToken cancellationToken);

    /// <summary>Tenants whose history has not been classified by their latest rules yet, with the latest revision.</summary>
    Task<IReadOnlyDictionary<string, long>> PendingAsync(CancellationToken cancellationToken);

    /// <summary>Notes that the tenant's history is classified by the rules of this revision.</summary>
    Task CompleteAsync(string tenantId, long revision, CancellationToken cancellationToken);
}

/// <param name="Revision">Grows with every change of the tenant's rules; 0 before the first.</param>
/// <param name="Rules">Latest first.</param>
public sealed record ReplyRuleSet(long Revision, IReadOnlyList<ReplyRule> Rules);

/// <summary>An operator's own rule.</summary>
public sealed record ReplyRule
{
    public required string TenantId { get; init; }

    /// <summary>Lower-case letters, digits and hyphens, 1 to 63 characters; unique within the tenant.</summary>
    public required string Id { get; init; }

    /// <summary>The reason it gives.</summary>
    public required string Reason { get; init; }

    /// <summary>Any of these must occur in the reply, written as in the rule files; empty where codes or the fingerprint decide.</summary>
    public IReadOnlyList<string> Phrases { get; init; } = [];

    /// <summary>None of these may occur.</summary>
    public IReadOnlyList<string> Unless { get; init; } = [];

    /// <summary>Reply codes and classes of them, <c>550</c> or <c>5xx</c>; empty for any.</summary>
    public IReadOnlyList<string> Codes { get; init; } = [];

    /// <summary>Enhanced codes and ranges of them, <c>5.7.1</c> or <c>x.7.x</c>; empty for any.</summary>
    public IReadOnlyList<string> EnhancedCodes { get; init; } = [];

    /// <summary>Names of receiving providers; empty for any.</summary>
    public IReadOnlyList<string> Receivers { get; init; } = [];

    /// <summary>The kind of reply it is for (<see cref="ReplyFingerprint"/>), null for any.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Whether the address is bad; null leaves it to the reason.</summary>
    public bool? Hard { get; init; }

    /// <summary>What to do, null for the reason's own advice.</summary>
    public string? Advice { get; init; }

    /// <summary>A page about it.</summary>
    public string? Documentation { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
