using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailStats.Contracts;
using MailStats.Mail.Time;

namespace MailStats.Mail.Suppression;

/// <summary>A message about the list for the outbox. Its id follows from what it tells, so whoever writes it twice writes the same.</summary>
public sealed record SuppressionNotice(Guid NoticeId, string Type, string Content)
{
    /// <summary>What to tell of a change; null where the address is as suppressed as before.</summary>
    public static SuppressionNotice? Of(in ListedAddress listed, Suppressing? before, Suppressing? after, SuppressionFacts facts, DateTimeOffset now) =>
        (before, after) switch
        {
            (null, { } begun) => Suppressed(listed, begun, facts, now),
            ({ } ended, null) => Released(listed, ended, facts, now),
            _ => null,
        };

    /// <summary>A word for a cause, the same as in the API.</summary>
    public static string NameOf(SuppressionCause cause) => JsonNamingPolicy.CamelCase.ConvertName(cause.ToString());

    private static SuppressionNotice Suppressed(in ListedAddress listed, Suppressing begun, SuppressionFacts facts, DateTimeOffset now)
    {
        var id = IdOf("suppressed", listed, begun, facts);
        var message = new RecipientSuppressed
        {
            NoticeId = id,
            TenantId = listed.TenantId,
            Address = listed.Address,
            Domain = listed.Domain,
            Cause = NameOf(begun.Cause),
            Reason = begun.Reason,
            Reply = begun.Reply,
            CreatedAt = UnixTime.FromMicroseconds(begun.Since),
            ExpiresAt = begun.ExpiresAt is { } end ? UnixTime.FromMicroseconds(end) : null,
            OccurredAt = now,
        };

        return new(id, nameof(RecipientSuppressed), JsonSerializer.Serialize(message, SuppressionNoticeJson.Default.RecipientSuppressed));
    }

    private static SuppressionNotice Released(in ListedAddress listed, Suppressing ended, SuppressionFacts facts, DateTimeOffset now)
    {
        var id = IdOf("released", listed, ended, facts);
        var message = new RecipientReleased
        {
            NoticeId = id,
            TenantId = listed.TenantId,
            Address = listed.Address,
            Domain = listed.Domain,
            Cause = NameOf(ended.Cause),
            By = facts.RemovedAt >= ended.Since ? "removal" : facts.DeliveredAt > ended.Since ? "delivery" : "classification",
            OccurredAt = now,
        };

        return new(id, nameof(RecipientReleased), JsonSerializer.Serialize(message, SuppressionNoticeJson.Default.RecipientReleased));
    }

    private static Guid IdOf(string kind, in ListedAddress listed, Suppressing why, SuppressionFacts facts)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{kind}\n{listed.TenantId}\n{listed.Domain}\n{listed.Address}\n{(int)why.Cause}\n{why.Since}\n{facts.DeliveredAt}\n{facts.RemovedAt}");

        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }
}

/// <param name="TenantId">Whose list.</param>
/// <param name="Domain">The sending domain it holds for; null for all.</param>
/// <param name="Address">In the form in which it is kept.</param>
public readonly record struct ListedAddress(string TenantId, string? Domain, string Address)
{
    /// <summary>As people see it.</summary>
    public SuppressionEntry Entry(Suppressing why) => new(
        Address,
        Domain,
        why.Cause,
        why.Reason,
        why.Reply,
        why.Delivery,
        UnixTime.FromMicroseconds(why.Since),
        why.ExpiresAt is { } end ? UnixTime.FromMicroseconds(end) : null);
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RecipientSuppressed))]
[JsonSerializable(typeof(RecipientReleased))]
internal sealed partial class SuppressionNoticeJson : JsonSerializerContext;
