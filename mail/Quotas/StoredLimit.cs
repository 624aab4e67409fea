namespace MailStats.Mail.Quotas;

/// <param name="Recipients">Allowed in a period.</param>
/// <param name="Temporary">Refusals are 451.</param>
/// <param name="Generation">When it was set or last raised, microseconds of Unix time. Its thresholds are announced once a generation and period.</param>
public sealed record StoredLimit(long Recipients, bool Temporary, long Generation)
{
    /// <summary>The limit as it is kept from now on. One that is raised begins a new generation; of two in the same microsecond the second is later.</summary>
    public static StoredLimit Of(QuotaLimit limit, StoredLimit? before, long now) => new(
        limit.Recipients,
        limit.Temporary,
        before is null ? now : limit.Recipients > before.Recipients ? Math.Max(now, before.Generation + 1) : before.Generation);

    public bool IsRaisedFrom(StoredLimit before) => Generation > before.Generation;
}
