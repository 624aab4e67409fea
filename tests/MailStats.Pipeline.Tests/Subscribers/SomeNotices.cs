using MailStats.Contracts;

namespace MailStats.Pipeline.Tests.Subscribers;

/// <summary>A notice of every type, with every field.</summary>
internal static class SomeNotices
{
    private static readonly DateTimeOffset Then = new(2026, 11, 20, 12, 34, 56, 789, TimeSpan.Zero);

    private static readonly Incident Wrong = new()
    {
        Id = "8f0c2a1b04d5e8f6", Kind = IncidentKind.ReceiverOutage, Domain = "shop.example", Provider = "Gmail", OutgoingIp = "192.0.2.7", StartedAt = Then,
        OpenedAt = Then.AddMinutes(4), ClosedAt = Then.AddHours(1), Failed = 412, Waiting = 88, Rate = 0.93, UsualRate = 0.011,
        PartOf = "04d5e8f68f0c2a1b", Before = new(900, 10), Since = new(443, 412), Examples = ["0197f3c2a1b04d5e8f60718293a4b5c6"],
        Replies =
        [
            new()
            {
                Text = "421 4.7.0 try again later", SmtpCode = 421, EnhancedCode = "4.7.0", Count = 400,
                Documentation = "https://support.google.com/mail/answer/6596",
            },
        ],
        Summary = "Gmail answers with errors of its own.", Advice = "Wait.", Contrast = "All else is as usual.",
    };

    /// <summary>The messages with their notice ids, new ones at each call.</summary>
    public static IReadOnlyList<(Guid Id, object Message)> All(string tenant) =>
    [
        Named(id => new QuotaThresholdReached
        {
            NoticeId = id, TenantId = tenant, Domain = "shop.example", Mailbox = "ann@shop.example", Window = "day", ThresholdPercent = 90, Used = 91,
            Limit = 100, Blocked = false, PeriodStart = Then, ResetsAt = Then.AddDays(1), OccurredAt = Then,
        }),
        Named(id => new QuotaRestored
        {
            NoticeId = id, TenantId = tenant, Domain = "shop.example", Mailbox = "ann@shop.example", Used = 91, Limit = 200, PeriodStart = Then,
            ResetsAt = Then.AddDays(1), OccurredAt = Then,
        }),
        Named(id => new IncidentOpened { NoticeId = id, TenantId = tenant, OccurredAt = Then, Incident = Wrong }),
        Named(id => new IncidentChanged { NoticeId = id, TenantId = tenant, OccurredAt = Then, Incident = Wrong with { Kind = IncidentKind.Rate } }),
        Named(id => new IncidentClosed { NoticeId = id, TenantId = tenant, OccurredAt = Then, Incident = Wrong }),
        Named(id => new MailboxStopped
        {
            NoticeId = id, TenantId = tenant, BrakeId = "04d5e8f6", Mailbox = "ann@shop.example", Login = "ann", Cause = "hour", Enforced = true,
            LetThrough = 41, Since = Then, OccurredAt = Then,
        }),
        Named(id => new MailboxReleased { NoticeId = id, TenantId = tenant, BrakeId = "04d5e8f6", Mailbox = "ann@shop.example", OccurredAt = Then }),
        Named(id => new RecipientSuppressed
        {
            NoticeId = id, TenantId = tenant, Address = "bob@example.net", Domain = "shop.example", Cause = "hardBounce", Reason = "recipient_unknown",
            Reply = "550 5.1.1 no such user", CreatedAt = Then, ExpiresAt = Then.AddDays(90), OccurredAt = Then,
        }),
        Named(id => new RecipientReleased
        {
            NoticeId = id, TenantId = tenant, Address = "b\u0007ob@example.net", Domain = "shop.example", Cause = "hardBounce", By = "removal",
            OccurredAt = Then,
        }),
        Named(id => new WebhookSourceFailed
        {
            NoticeId = id, TenantId = tenant, SourceId = "wh_1", Provider = "sendgrid", Name = "newsletter", Cause = "silent", Since = Then, Refused = 3,
            OccurredAt = Then,
        }),
    ];

    private static (Guid, object) Named(Func<Guid, object> make)
    {
        var id = Guid.NewGuid();

        return (id, make(id));
    }
}
