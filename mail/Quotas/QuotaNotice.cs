using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailStats.Contracts;

namespace MailStats.Mail.Quotas;

/// <summary>A message about a quota for the outbox. Its id follows from what it tells, so whoever writes it twice writes the same.</summary>
public sealed record QuotaNotice(Guid NoticeId, string Type, string Content)
{
    /// <summary>How long it is remembered that a notice was given: longer than any period, within which alone it could be given again.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(92);

    /// <param name="standing">The limit as it stands, which it has.</param>
    /// <param name="threshold">Percent.</param>
    /// <param name="generation">When the limit was set or last raised.</param>
    /// <param name="episode">How often mail has been let flow again in this period.</param>
    /// <param name="now">When it was reached.</param>
    public static QuotaNotice Reached(QuotaStanding standing, int threshold, long generation, long episode, DateTimeOffset now)
    {
        // Lower thresholds are told once in a period; only being blocked can end and come again.
        var id = IdOf("reached", standing, generation, threshold == QuotaThresholds.Blocked ? episode : 0, threshold);
        var message = new QuotaThresholdReached
        {
            NoticeId = id,
            TenantId = standing.Scope.TenantId,
            Domain = standing.Scope.Domain,
            Mailbox = standing.Scope.Mailbox,
            Window = NameOf(standing.Window),
            ThresholdPercent = threshold,
            Used = standing.Taken,
            Limit = standing.Limit!.Value,
            Blocked = standing.Blocked,
            PeriodStart = standing.Period.Start,
            ResetsAt = standing.Period.End,
            OccurredAt = now,
        };

        return new(id, nameof(QuotaThresholdReached), JsonSerializer.Serialize(message, QuotaNoticeJson.Default.QuotaThresholdReached));
    }

    /// <summary>Mail flows again: in the same period, or because <paramref name="standing"/> is of the next one.</summary>
    public static QuotaNotice Restored(QuotaStanding standing, QuotaPeriod blockedPeriod, long episode, DateTimeOffset now)
    {
        var id = IdOf("restored", standing with { Period = blockedPeriod }, generation: 0, episode, threshold: 0);
        var message = new QuotaRestored
        {
            NoticeId = id,
            TenantId = standing.Scope.TenantId,
            Domain = standing.Scope.Domain,
            Mailbox = standing.Scope.Mailbox,
            Window = NameOf(standing.Window),
            Used = standing.Taken,
            Limit = standing.Limit,
            PeriodStart = standing.Period.Start,
            ResetsAt = standing.Period.End,
            OccurredAt = now,
        };

        return new(id, nameof(QuotaRestored), JsonSerializer.Serialize(message, QuotaNoticeJson.Default.QuotaRestored));
    }

    private static string NameOf(QuotaWindow window) => window == QuotaWindow.Day ? "day" : "month";

    private static Guid IdOf(string kind, QuotaStanding standing, long generation, long episode, int threshold)
    {
        var (tenant, domain, mailbox) = standing.Scope;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{kind}\n{tenant}\n{domain}\n{mailbox}\n{(int)standing.Window}\n{standing.Period.Start.UtcTicks}\n{generation}\n{episode}\n{threshold}");

        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(QuotaThresholdReached))]
[JsonSerializable(typeof(QuotaRestored))]
internal sealed partial class QuotaNoticeJson : JsonSerializerContext;
