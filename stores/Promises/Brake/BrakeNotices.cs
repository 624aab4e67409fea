using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Brake;

namespace MailStats.Stores.Brake;

/// <summary>What to tell of a stop.</summary>
public static class BrakeNotices
{
    public static BrakeNotice Stopped(StoredBrake brake, DateTimeOffset now) => BrakeNotice.Of(new MailboxStopped
    {
        NoticeId = Guid.Empty,
        TenantId = brake.TenantId,
        BrakeId = brake.Id,
        Mailbox = brake.Mailbox,
        Login = brake.Login,
        Cause = JsonNamingPolicy.CamelCase.ConvertName(brake.Cause.ToString()),
        Enforced = brake.Mode == BrakeMode.Enforce,
        LetThrough = brake.LetThrough,
        Since = brake.Since,
        OccurredAt = now,
    });

    public static BrakeNotice Released(StoredBrake brake, DateTimeOffset now) => BrakeNotice.Of(new MailboxReleased
    {
        NoticeId = Guid.Empty,
        TenantId = brake.TenantId,
        BrakeId = brake.Id,
        Mailbox = brake.Mailbox,
        OccurredAt = now,
    });
}
