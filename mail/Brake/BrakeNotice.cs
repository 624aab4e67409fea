using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailStats.Contracts;

namespace MailStats.Mail.Brake;

/// <summary>A message about a stop for the outbox. Its id follows from the stop, so whoever writes it twice writes the same.</summary>
public sealed record BrakeNotice(Guid NoticeId, string Type, string Content)
{
    public static BrakeNotice Of(MailboxStopped stopped)
    {
        var id = IdOf("stopped", stopped.TenantId, stopped.BrakeId);

        return new(id, nameof(MailboxStopped), JsonSerializer.Serialize(stopped with { NoticeId = id }, BrakeNoticeJson.Default.MailboxStopped));
    }

    public static BrakeNotice Of(MailboxReleased released)
    {
        var id = IdOf("released", released.TenantId, released.BrakeId);

        return new(id, nameof(MailboxReleased), JsonSerializer.Serialize(released with { NoticeId = id }, BrakeNoticeJson.Default.MailboxReleased));
    }

    /// <summary>Names a stop: the same behaviour of the same mailbox has the same name, whoever finds it.</summary>
    public static string NameOf(string tenantId, string mailbox, long since) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{tenantId}\n{mailbox}\n{since}"))))[..24];

    private static Guid IdOf(string kind, string tenantId, string brake) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{tenantId}\n{brake}")).AsSpan(0, 16));
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MailboxStopped))]
[JsonSerializable(typeof(MailboxReleased))]
internal sealed partial class BrakeNoticeJson : JsonSerializerContext;
