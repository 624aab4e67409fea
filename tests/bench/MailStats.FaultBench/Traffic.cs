using System.Text.Json;

namespace MailStats.FaultBench;

/// <summary>What must be counted in the end.</summary>
internal sealed record Totals(long Recipients, long Delivered, long SoftBounces, long HardBounces, long Pending);

/// <summary>
/// A scenario's mail, the same at every run: messages to one to three recipients, their events shuffled over requests, some
/// items wrong, and what is true of all of it in the end.
/// </summary>
internal sealed class Traffic
{
    private const int BatchSize = 100;

    private static readonly string[] Domains = ["shop.example", "news.example", "bank.example"];

    private Traffic(IReadOnlyList<byte[]> batches, Totals truth, int events, int wrong)
    {
        Batches = batches;
        Truth = truth;
        Events = events;
        Wrong = wrong;
    }

    /// <summary>Bodies of requests.</summary>
    public IReadOnlyList<byte[]> Batches { get; }

    public Totals Truth { get; }

    /// <summary>Distinct events, one a recipient, wrong items left out.</summary>
    public int Events { get; }

    /// <summary>Items that Ingest must reject.</summary>
    public int Wrong { get; }

    public static Traffic Make(string run, int messages, DateTimeOffset now)
    {
        // Seeded on purpose: a failed run can be run again.
        var random = new Random(run.Length * 7919 + messages);
        var items = new List<object>();
        long delivered = 0, soft = 0, hard = 0, pending = 0;

        for (var message = 0; message < messages; message++)
        {
            var accepted = now.AddMinutes(-random.Next(1, 240));
            var key = $"{run}-{message}";
            var sender = $"team{message % 7}@{Domains[message % Domains.Length]}";
            var recipients = Enumerable.Range(0, 1 + random.Next(3)).Select(recipient => $"r{message}-{recipient}@inbox.example").ToList();

            items.AddRange(recipients.Select(recipient => Item("accepted", accepted, null, recipient)));

            foreach (var recipient in recipients)
            {
                var fate = random.Next(100);

                if (fate < 20)
                {
                    items.Add(Item("deferred", accepted.AddSeconds(20), "451 4.7.1 Greylisted, please try again later", recipient));
                }

                switch (fate)
                {
                    case < 78:
                        items.Add(Item("delivered", accepted.AddSeconds(60), "250 2.0.0 OK queued", recipient));
                        delivered++;
                        break;
                    case < 86:
                        items.Add(Item("bounced", accepted.AddSeconds(60), "550 5.1.1 User unknown", recipient));
                        hard++;
                        break;
                    case < 90:
                        items.Add(Item("bounced", accepted.AddSeconds(60), "552 5.2.2 Mailbox full", recipient));
                        soft++;
                        break;
                    case < 92:
                        // Delivered first, bounced later: moves from one column to the other.
                        items.Add(Item("delivered", accepted.AddSeconds(60), "250 2.0.0 OK queued", recipient));
                        items.Add(Item("bounced", accepted.AddSeconds(90), "550 5.1.1 User unknown", recipient));
                        hard++;
                        break;
                    default:
                        pending++;
                        break;
                }
            }

            object Item(string kind, DateTimeOffset at, string? reply, string recipient) => new
            {
                @event = kind,
                occurredAt = at,
                messageKey = key,
                sender,
                recipient,
                reply,
                subject = "Your order",
                bytes = 4096,
                source = "fault-bench",
            };
        }

        var events = items.Count;
        var wrong = Math.Max(1, messages / 100);
        items.AddRange(
            Enumerable.Range(0, wrong).Select(
                index => new
                {
                    @event = "delivered", occurredAt = now, messageKey = $"{run}-wrong-{index}",
                    sender = "a@shop.example", recipient = "no address",
                }));
        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(items));

        return new Traffic(
            [.. items.Chunk(BatchSize).Select(batch => JsonSerializer.SerializeToUtf8Bytes(batch))],
            new Totals(delivered + soft + hard + pending, delivered, soft, hard, pending),
            events,
            wrong);
    }
}
