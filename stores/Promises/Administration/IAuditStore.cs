using MailStats.Mail.Lists;

namespace MailStats.Stores.Administration;

/// <summary>
/// What administrators did. An entry is written before the action and completed after it: nothing is done without a trace,
/// and an entry without a status tells of a process that died in between.
/// </summary>
public interface IAuditStore
{
    /// <summary>Returns when the entry is durable.</summary>
    Task BeginAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Notes how the action ended.</summary>
    Task CompleteAsync(Guid id, int status, IReadOnlyDictionary<string, string> details, CancellationToken cancellationToken);

    /// <summary>Entries of a tenant, latest first. <see cref="Page{T}.Next"/> may be given back as <paramref name="cursor"/>.</summary>
    /// <exception cref="InvalidCursorException">The cursor is none of this list.</exception>
    Task<Page<AuditEntry>> ListAsync(string tenantId, string? cursor, int limit, CancellationToken cancellationToken);
}

/// <param name="Id">Ascending in time (RFC 9562 version 7).</param>
/// <param name="TenantId">Whose administration it was: the caller's tenant.</param>
/// <param name="At">When it began, UTC.</param>
/// <param name="Actor">Id of the API key, or the subject of the token.</param>
/// <param name="Action">The operation, for example <c>revokeKey</c>.</param>
/// <param name="Target">The path of the request.</param>
/// <param name="Status">HTTP status of the answer; null while there is none.</param>
/// <param name="Details">What was set, where the operation says so; never a secret.</param>
public sealed record AuditEntry(
    Guid Id,
    string TenantId,
    DateTimeOffset At,
    string Actor,
    string Action,
    string Target,
    int? Status,
    IReadOnlyDictionary<string, string> Details)
{
    private static readonly Dictionary<string, string> _none = [];

    /// <summary>An action that has just begun.</summary>
    public static AuditEntry Begun(Guid id, string tenantId, DateTimeOffset at, string actor, string action, string target) =>
        new(id, tenantId, at, actor, action, target, null, _none);
}
