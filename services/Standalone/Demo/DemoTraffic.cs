using System.Globalization;
using MailStats.Contracts;

namespace MailStats.Standalone.Demo;

/// <summary>
/// Mail that could have been sent: each day and each second has a seed of its own, so that whoever asks for it again
/// gets the same messages with the same keys, whenever that is.
/// </summary>
internal sealed class DemoTraffic(TimeProvider time)
{
    private const int Seed = 5321;

    // One less than "last 30 days" has, so that in no time zone a piece of it makes a strange "previous period".
    private const int Days = 29;

    // Of all deliveries; what is left over bounces softly.
    private const double AtOnce = 0.905;
    private const double Late = 0.038;
    private const double GivenUp = 0.003;
    private const double Hard = 0.027;

    // Of campaign mail that was delivered by receivers that tell of complaints.
    private const double Complained = 0.006;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan LiveRetryAfter = TimeSpan.FromSeconds(40);

    // Messages of an hour in a thousand of the day's, from midnight UTC.
    private static readonly int[] HourShape = [8, 6, 5, 5, 7, 14, 28, 52, 78, 88, 82, 72, 60, 66, 72, 70, 62, 52, 44, 38, 34, 28, 18, 11];

    /// <summary>What has happened by now to the messages of today and the four weeks before.</summary>
    public IEnumerable<SubmittedEvent> Month()
    {
        var now = time.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);

        return Enumerable.Range(1 - Days, Days)
            .SelectMany(back => Day(today.AddDays(back)))
            .Where(submitted => submitted.OccurredAt <= now);
    }

    /// <summary>The one or two messages accepted in the second of <paramref name="now"/>, with all that will happen to them in the minutes after.</summary>
    public static List<SubmittedEvent> LiveAt(DateTimeOffset now)
    {
        var second = now.ToUnixTimeSeconds();
        var random = new Random(unchecked(Seed * 31 + (int)second));
        var events = new List<SubmittedEvent>();
        var messages = random.Next(4) == 0 ? 2 : 1;

        for (var number = 0; number < messages; number++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"demo-live-{second}-{number}");
            var sender = Pick(random, DemoCast.Mailboxes, mailbox => mailbox.Weight);
            AddMessage(events, random, key, sender, DateTimeOffset.FromUnixTimeSeconds(second), LiveRetryAfter, DemoTrouble.OfTrickle);
        }

        return events;
    }

    private static List<SubmittedEvent> Day(DateOnly day)
    {
        var random = new Random(unchecked(Seed * 31 + day.DayNumber));
        var midnight = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        var events = new List<SubmittedEvent>();
        var messages = Volume(day.DayOfWeek) * random.Next(90, 111) / 100;

        for (var number = 0; number < messages; number++)
        {
            var mailbox = Pick(random, DemoCast.Mailboxes, candidate => candidate.Weight);
            var within = mailbox.IsCampaign
                ? TimeSpan.FromHours(9) + TimeSpan.FromMilliseconds(random.Next(5_400_000))
                : TimeSpan.FromHours(PickHour(random)) + TimeSpan.FromMilliseconds(random.Next(3_600_000));
            var key = string.Create(CultureInfo.InvariantCulture, $"demo-{day:yyyyMMdd}-{number}");
            AddMessage(events, random, key, mailbox, midnight + within, RetryAfter, DemoTrouble.OfMonth);
        }

        return events;
    }

    private static int Volume(DayOfWeek day) => day switch
    {
        DayOfWeek.Saturday => 400,
        DayOfWeek.Sunday => 320,
        DayOfWeek.Tuesday or DayOfWeek.Thursday => 900,
        _ => 780,
    };

    private static void AddMessage(
        List<SubmittedEvent> events, Random random, string key, DemoMailbox mailbox, DateTimeOffset accepted, TimeSpan retryAfter,
        Func<DemoMailbox, DemoReceiver, DateTimeOffset, DemoTrouble?> troubleOf)
    {
        var receiver = Pick(random, DemoCast.Receivers, candidate => candidate.Weight);
        var domain = Any(random, receiver.Domains);
        var (first, last) = (Any(random, DemoCast.FirstNames), Any(random, DemoCast.LastNames));
        var outcome = random.NextDouble();
        var suspicious = outcome > 1 - 0.01;
        var trouble = troubleOf(mailbox, receiver, accepted);
        // Who is gone stays gone, and is written to again: nobody else's mail is refused for it.
        var isGone = trouble is null && outcome is >= AtOnce + Late + GivenUp and < AtOnce + Late + GivenUp + Hard;
        var recipient = isGone ? $"{Any(random, DemoCast.FirstGone)}.{last}@{domain}" : $"{first}.{last}@{domain}";
        var message = new SubmittedEvent
        {
            AcceptedAt = accepted,
            MessageKey = key,
            Recipient = recipient,
            Sender = mailbox.Address,
            From = $"{mailbox.Name} <{mailbox.Address}>",
            QueueId = string.Create(CultureInfo.InvariantCulture, $"{random.NextInt64(1L << 40):X10}"),
            Subject = Any(random, mailbox.Subjects).Replace(
                "{n}", random.Next(10_000, 99_999).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal),
            Host = $"mx.{mailbox.Domain}",
            RemoteHost = receiver.Host.Replace("{domain}", domain.Replace('.', '-'), StringComparison.Ordinal),
            Bytes = random.Next(mailbox.LeastBytes, mailbox.MostBytes),
            SpamScore = Math.Round(random.NextDouble() * random.NextDouble() * (mailbox.IsCampaign ? 4.5 : 3) + (suspicious ? 3.5 : 0), 1),
            Source = "demo",
        };

        var at = accepted.AddMilliseconds(random.Next(300, 6_000));

        if (trouble is { IsFinal: true })
        {
            events.Add(Said(message, "bounced", at, 1, random, trouble.Replies));

            return;
        }

        if (trouble is not null)
        {
            at = AddDeferrals(events, message, random, at, random.Next(1, 4), retryAfter, out var tries, trouble.Replies);
            events.Add(Said(message, "delivered", at, tries, random, DemoCast.Delivered));

            return;
        }

        switch (outcome)
        {
            case < AtOnce:
                events.Add(Said(message, "delivered", at, 1, random, DemoCast.Delivered));

                if (mailbox.IsCampaign && receiver.TellsOfComplaints && random.NextDouble() < Complained)
                {
                    events.Add(message with { Event = "complained", OccurredAt = at.AddMinutes(random.Next(10, 900)) });
                }

                break;
            case < AtOnce + Late:
                at = AddDeferrals(events, message, random, at, random.Next(1, 4), retryAfter, out var attempts);
                events.Add(Said(message, "delivered", at, attempts, random, DemoCast.Delivered));
                break;
            case < AtOnce + Late + GivenUp:
                at = AddDeferrals(events, message, random, at, 6, retryAfter, out attempts);
                events.Add(Said(message, "expired", at, attempts, random, DemoCast.Deferrals));
                break;
            case < AtOnce + Late + GivenUp + Hard:
                events.Add(Said(message, "bounced", at, 1, random, DemoCast.HardBounces));
                break;
            default:
                events.Add(Said(message, "bounced", at, 1, random, DemoCast.SoftBounces));
                break;
        }
    }

    /// <summary>Adds deferrals for one cause, each wait about twice the one before; gives the time of the attempt after them.</summary>
    private static DateTimeOffset AddDeferrals(
        List<SubmittedEvent> events, SubmittedEvent message, Random random, DateTimeOffset at, int count, TimeSpan retryAfter, out int attempts,
        DemoReply[]? causes = null)
    {
        DemoReply[] cause = [Pick(random, causes ?? DemoCast.Deferrals, reply => reply.Weight)];

        for (attempts = 1; attempts <= count; attempts++)
        {
            events.Add(Said(message, "deferred", at, attempts, random, cause));
            at = at.AddMilliseconds(Math.Floor(retryAfter.TotalMilliseconds * (1 << (attempts - 1)) * (0.8 + 0.5 * random.NextDouble())));
        }

        return at;
    }

    private static SubmittedEvent Said(SubmittedEvent message, string what, DateTimeOffset at, int attempt, Random random, DemoReply[] replies) => message with
    {
        Event = what,
        OccurredAt = at,
        AttemptNumber = attempt,
        Reply = Pick(random, replies, reply => reply.Weight).Text
            .Replace("{recipient}", message.Recipient, StringComparison.Ordinal)
            .Replace("{sender}", message.Sender![(message.Sender!.IndexOf('@', StringComparison.Ordinal) + 1)..], StringComparison.Ordinal),
    };

    private static int PickHour(Random random)
    {
        var left = random.Next(HourShape.Sum());
        var hour = 0;

        while (left >= HourShape[hour])
        {
            left -= HourShape[hour++];
        }

        return hour;
    }

    private static T Pick<T>(Random random, T[] from, Func<T, int> weight)
    {
        var left = random.Next(from.Sum(weight));
        var place = 0;

        while (left >= weight(from[place]))
        {
            left -= weight(from[place++]);
        }

        return from[place];
    }

    private static T Any<T>(Random random, T[] from) => from[random.Next(from.Length)];
}
