using System.Globalization;
using System.Runtime.InteropServices;
using MailStats.Contracts;

namespace MailStats.StorageBench;

/// <summary>
/// Plausible mail of one tenant, the same for the same numbers: 1,000 sending domains of very different size with three
/// mailboxes each, spread over some days; two events a delivery (accepted, then its fate).
/// </summary>
/// <param name="deliveries">Deliveries of all days.</param>
/// <param name="domains">Sending domains.</param>
/// <param name="start">When the first is accepted.</param>
/// <param name="searched">
/// Mail to look for: every message has a message id, every second one goes to one domain, and <see cref="BusyTimes"/> to one address.
/// </param>
/// <param name="days">Over how many days it is spread; the last of them is the thirtieth from the start.</param>
internal sealed class Traffic(long deliveries, int domains, DateTimeOffset start, bool searched = false, int days = Traffic.Days)
{
    public const int BusyTimes = 10_000;

    public const int Days = 30;

    private static readonly (string Provider, string Domain)[] Providers =
    [
        ("Gmail", "gmail.test"), ("Gmail", "googlemail.test"), ("Microsoft", "outlook.test"),
        ("Microsoft", "hotmail.test"), ("Yahoo", "yahoo.test"), ("Apple", "icloud.test"),
        ("GMX", "gmx.test"),
    ];

    private static readonly Classification[] Failures =
    [
        Failure("user_unknown", hard: true, "Take the address off the list."),
        Failure("mailbox_full", hard: false, "Ask the recipient to make room, or try again later."),
        Failure("spam_content", hard: false, "The receiver took the content for spam; look at links and wording."),
        Failure("authentication", hard: false, "SPF or DKIM is missing or fails; publish the records and sign."),
    ];

    private readonly TimeSpan _step = TimeSpan.FromDays(days) / deliveries;
    private readonly DateTimeOffset _first = start.AddDays(Days - days);

    public static string Tenant => "bench";

    public DateTimeOffset End => start.AddDays(Days);

    public IEnumerable<List<ClassifiedDelivery>> Batches(int events)
    {
        var batch = new List<ClassifiedDelivery>(events);

        for (var number = 0L; number < deliveries; number++)
        {
            Add(batch, number);

            if (batch.Count >= events)
            {
                yield return batch;
                batch = new(events);
            }
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    /// <summary>The events of some deliveries alone.</summary>
    public List<ClassifiedDelivery> Batch(long first, int count)
    {
        var batch = new List<ClassifiedDelivery>(count * 2);

        for (var number = first; number < first + count; number++)
        {
            Add(batch, number);
        }

        return batch;
    }

    public static string Busy => "busy.person@company7.test";

    public static string QueueId(long number) => number.ToString("X11", CultureInfo.InvariantCulture);

    public static string MessageId(long number, string domain) =>
        string.Create(CultureInfo.InvariantCulture, $"<{(ulong)number * 0x9E3779B97F4A7C15:x}@{domain}>");

    public static string DomainName(int index) => string.Create(CultureInfo.InvariantCulture, $"domain{index:D4}.example");

    private void Add(List<ClassifiedDelivery> batch, long number)
    {
        var random = new Dice((ulong)number);
        var at = _first + (_step * number);
        // The square of a uniform number: a few domains send most of the mail.
        var share = random.Fraction();
        var domain = DomainName((int)(share * share * domains));
        var sender = $"{(random.Below(3) switch { 0 => "news", 1 => "billing", _ => "support" })}@{domain}";
        var (provider, recipientDomain) = random.Below(100) < 70 ? Providers[random.Below(Providers.Length)] : Tail(random.Below(2000));
        (provider, recipientDomain) = searched && number % 2 == 0 ? Providers[0] : (provider, recipientDomain);
        var isBusy = searched && number % Math.Max(1, deliveries / BusyTimes) == 0;
        var queueId = QueueId(number);
        var accepted = new DeliveryEvent
        {
            EventId = random.Id(),
            TenantId = Tenant,
            MessageKey = string.Create(CultureInfo.InvariantCulture, $"mx1/{at:yyyyMMddHHmmss}/{queueId}"),
            Recipient = isBusy ? Busy : string.Create(CultureInfo.InvariantCulture, $"user{random.Below(1_000_000)}@{recipientDomain}"),
            MessageId = searched ? MessageId(number, domain) : null,
            Kind = DeliveryEventKind.Accepted,
            OccurredAt = at,
            Source = "postfix",
            Sender = sender,
            QueueId = queueId,
            Subject = "Your order " + queueId,
            ReportingHost = "mx1.example",
            Bytes = 2_000 + random.Below(60_000),
        };
        batch.Add(new() { Event = accepted, Provider = provider });

        var fate = random.Below(100);
        var kind = fate < 90 ? DeliveryEventKind.Delivered : fate < 96 ? DeliveryEventKind.Bounced : DeliveryEventKind.Deferred;
        var failure = kind == DeliveryEventKind.Delivered ? null : Failures[random.Below(Failures.Length)];
        batch.Add(new()
        {
            Provider = provider,
            Classification = failure,
            Event = accepted with
            {
                EventId = random.Id(),
                Kind = kind,
                OccurredAt = at.AddSeconds(2),
                AcceptedAt = at,
                RemoteHost = "mx." + recipientDomain,
                ReplyCode = failure is null ? 250 : failure.Hard ? 550 : 452,
                EnhancedCode = failure is null ? "2.0.0" : failure.Hard ? "5.1.1" : "4.2.2",
                ReplyText = failure is null ? "250 2.0.0 OK " + queueId : "550 5.1.1 The account you tried to reach does not exist " + queueId,
            },
        });
    }

    private static (string Provider, string Domain) Tail(int index)
    {
        var domain = string.Create(CultureInfo.InvariantCulture, $"company{index}.test");

        return (domain, domain);
    }

    private static Classification Failure(string reason, bool hard, string advice) => new()
    {
        Reason = reason, Hard = hard, Permanent = hard, Unknown = false, Actor = "recipient", Advice = advice, Rule = reason,
    };

    /// <summary>SplitMix64: numbers from a seed, without allocation.</summary>
    private struct Dice(ulong seed)
    {
        private ulong _state = seed * 0x9E3779B97F4A7C15;

        public int Below(int limit) => (int)(Next() % (ulong)limit);

        public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

        public Guid Id()
        {
            Span<ulong> words = [Next(), Next()];

            return new(MemoryMarshal.AsBytes(words));
        }

        private ulong Next()
        {
            var word = _state += 0x9E3779B97F4A7C15;
            word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9;
            word = (word ^ (word >> 27)) * 0x94D049BB133111EB;

            return word ^ (word >> 31);
        }
    }
}
