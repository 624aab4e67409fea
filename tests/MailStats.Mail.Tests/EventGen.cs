using FsCheck;
using FsCheck.Fluent;
using MailStats.Contracts;
using MailStats.Mail.Replies;

namespace MailStats.Mail.Tests;

/// <summary>
/// Events out of small sets of values, so that they meet: same deliveries, same instants, same ids told twice with
/// different content, times around the ends of quarter hours and days, classifications of several revisions.
/// </summary>
internal static class EventGen
{
    private static readonly DateTimeOffset Midnight = new(2026, 10, 25, 0, 0, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset[] Times =
    [
        Midnight.AddTicks(-10), Midnight, Midnight.AddMinutes(-15), Midnight.AddMinutes(-16),
        Midnight.AddSeconds(1), Midnight.AddHours(30), Midnight.AddDays(-2),
        DateTimeOffset.UnixEpoch.AddMinutes(-1),
    ];

    private static readonly string?[] Senders =
        [null, "", "shop@example.org", "Shop@Example.ORG", "bounces+1-ann=example.net@news.example.org", "bounces+2-bob=example.net@news.example.org", "root"];

    private static readonly Classification?[] Classifications =
    [
        null,
        Some.UserUnknown,
        Some.MailboxFull,
        Some.UserUnknown with { Revision = 1 },
        Some.MailboxFull with { Revision = 1 },
        Some.MailboxFull with { Revision = 2, Reason = "spam_content" },
    ];

    private static readonly DeliveryEventKind[] Kinds = [.. Enum.GetValues<DeliveryEventKind>().Where(kind => kind != DeliveryEventKind.Unknown)];

    public static Gen<ClassifiedDelivery> Event { get; } =
        from tenant in Gen.Elements("acme", "zeta")
        from message in Gen.Elements("m1", "m2", "m3")
        from recipient in Gen.Elements("ann@example.net", "bob@gmail.test")
        from kind in Gen.Elements(Kinds)
        from at in Gen.Elements(Times)
        from accepted in Gen.Elements<DateTimeOffset?>([null, null, .. Times.Select(time => (DateTimeOffset?)time)])
        from sender in Gen.Elements(Senders)
        from header in Gen.Frequency((4, Gen.Constant<string?>(null)), (1, Gen.Constant<string?>("Shop <shop@example.org>")))
        from subject in Gen.Elements<string?>(null, "Hello", "Grüße 🎉")
        from code in Gen.Elements<int?>(null, 250, 452, 550)
        from enhanced in Gen.Elements<string?>(null, "5.1.1", "4.2.2")
        from text in Gen.Elements<string?>(null, "", "no such user", "full")
        from classification in Gen.Elements(Classifications)
        from attempted in Gen.Frequency((4, Gen.Constant(true)), (1, Gen.Constant(false)))
        from number in Gen.Elements<int?>(null, null, 1, 3)
        from bytes in Gen.Elements<long?>(null, 1000, 1001)
        from score in Gen.Elements<double?>(null, -1.5, 0.0, double.NaN)
        from local in Gen.Frequency((15, Gen.Constant(false)), (1, Gen.Constant(true)))
        from provider in Gen.Elements("Gmail", "gmail.test", "example.net", "Yahoo")
        from host in Gen.Elements<string?>(null, null, "mx1.example", "mx2.example")
        from ip in Gen.Elements<string?>(null, null, "192.0.2.1", "2001:db8::1")
        from tags in Gen.Elements<string[]?>(null, null, ["spring"], ["spring", "vip"])
        from login in Gen.Elements<string?>(null, "ann", "ops@example.org")
        from id in Gen.Frequency((4, Gen.Constant(Guid.Empty)), (1, Gen.Elements(new Guid(1, 0, 0, new byte[8]), new Guid(2, 0, 0, new byte[8]))))
        select Some.Event(kind, message, recipient, at, sender, classification, tenant, provider, reported => reported with
        {
            EventId = id,
            AcceptedAt = accepted,
            HeaderFrom = header,
            Subject = subject,
            ReplyCode = code,
            EnhancedCode = enhanced,
            ReplyText = text,
            Attempted = attempted,
            AttemptNumber = number,
            Bytes = bytes,
            SpamScore = score,
            Local = local,
            ReportingHost = host,
            OutgoingIp = ip,
            Tags = tags,
            Login = login,
            Pool = ip is null ? null : "bulk",
            TlsVersion = host is null ? null : "TLSv1.3",
            ClientAddress = ip,
            RemoteHost = host is null ? null : "mx." + host,
            QueueId = number is null ? null : "4F9D01",
        });

    public static Gen<ClassifiedDelivery[]> Events { get; } = Event.ArrayOf();

    /// <summary>Events of one delivery.</summary>
    public static Gen<ClassifiedDelivery[]> EventsOfOne { get; } =
        Event.Select(delivery => delivery with
        {
            Event = delivery.Event with { TenantId = "acme", MessageKey = "m1", Recipient = "ann@example.net" },
        }).ArrayOf();

    /// <summary>The same events in any order, some of them again, cut into batches.</summary>
    public static Gen<ClassifiedDelivery[][]> Retold(ClassifiedDelivery[] events) =>
        from again in events.Length == 0 ? Gen.Constant(Array.Empty<ClassifiedDelivery>()) : Gen.Elements(events).ArrayOf()
        from order in Gen.Shuffle<ClassifiedDelivery>([.. events, .. again])
        from size in Gen.Choose(1, Math.Max(1, order.Length))
        select order.Chunk(size).ToArray();
}
