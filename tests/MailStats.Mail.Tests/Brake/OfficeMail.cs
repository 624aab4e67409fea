using MailStats.Mail.Brake;

namespace MailStats.Mail.Tests.Brake;

/// <summary>
/// A second maker of clean mail and of thefts, written after the brake's limits were set. It differs from the first in kind, not
/// in numbers: message counts are overdispersed and of no size class, people work evenings and travel, teams have lists of their
/// own, newsletters keep a weekday and grow, shops send by their customers' day, some mailboxes are idle for weeks.
/// </summary>
internal sealed class OfficeMail(Random random)
{
    public const int Day = 96;

    /// <summary>Quarter hours of a mailbox over some days from its first on.</summary>
    public MailboxQuarter[] Clean(int days) => random.NextDouble() switch
    {
        < 0.86 => Person(days),
        < 0.92 => Shop(days),
        < 0.96 => Newsletter(days),
        _ => Machine(days),
    };

    /// <summary>What a thief sends: at a speed, for a time, to a mixture of good and bad addresses, in one of four manners.</summary>
    public MailboxQuarter[] Theft(int kind, long start)
    {
        // Twenty kinds: four manners by five speeds, each with luck of its own.
        var (manner, speed) = (kind % 4, kind / 4);
        var perHour = new[] { 25, 70, 220, 900, 4_000 }[speed] * (0.75 + (0.5 * random.NextDouble()));
        var hours = new[] { 72, 30, 10, 3, 1 }[speed];
        var unknown = manner == 1 ? 0.2 + (0.3 * random.NextDouble()) : 0.01 + (0.07 * random.NextDouble());
        var quarters = new List<MailboxQuarter>();

        for (var at = 0; at < hours * 4; at++)
        {
            var pace = manner switch
            {
                2 => at % 8 < 4 ? 1.6 : 0,                         // an hour on, an hour off
                3 => Math.Min(1.0, 0.1 + (at / (hours * 2.0))),   // carefully at first
                _ => 1,
            };
            var recipients = Poisson(perHour / 4 * pace);
            quarters.Add(new(start + at, recipients, Binomial(recipients, unknown)));
        }

        return [.. quarters.Where(one => one.Recipients > 0)];
    }

    private MailboxQuarter[] Person(int days)
    {
        var perDay = Math.Exp(1.6 + (1.0 * Normal()));                // 5 messages a day in the middle, a tenth above 18
        var (begins, hours) = (26 + random.Next(16), 24 + random.Next(16));
        var (evening, weekend) = (0.12 * random.NextDouble(), 0.3 * random.NextDouble());
        var team = 4 + random.Next(22);
        var wide = random.NextDouble() < 0.1 ? 30 + random.Next(30) : 0; // one in ten writes to a whole department at times
        var quarters = new List<MailboxQuarter>();
        var (away, moved) = (0, 0);

        for (var day = 0; day < days; day++)
        {
            away = away > 0 ? away - 1 : random.NextDouble() < 0.006 ? 5 + random.Next(16) : 0;
            moved = random.NextDouble() < 0.01 ? random.Next(-36, 36) : random.NextDouble() < 0.15 ? 0 : moved;
            var today = perDay * (day % 7 < 5 ? 1 : weekend) * (away > 0 ? 0.1 : 1) * Gamma(1.5);

            for (var message = Poisson(today); message > 0; message--)
            {
                var place = random.NextDouble() < evening ? 76 + random.Next(20) : begins + random.Next(hours);
                var chance = random.NextDouble();
                var recipients = chance < 0.025 ? team : chance < 0.029 && wide > 0 ? wide : 1 + Geometric(0.62);
                quarters.Add(At((day * (long)Day) + ((place + moved + Day) % Day), recipients, 0.02));
            }
        }

        return Sum(quarters);
    }

    private MailboxQuarter[] Shop(int days)
    {
        var perDay = Math.Exp(5 + Normal());                          // 150 orders a day in the middle
        var quarters = new List<MailboxQuarter>();
        var growth = 1 + (0.15 * Normal());

        for (var day = 0; day < days; day++)
        {
            var sale = random.NextDouble() < 0.01 ? 1.8 : 1;
            var today = perDay * Math.Max(0.3, 1 + ((growth - 1) * day / days)) * (day % 7 < 5 ? 1 : 1.25) * sale * Gamma(12);

            for (var quarter = 0; quarter < Day; quarter++)
            {
                var share = (1 - Math.Cos(2 * Math.PI * (quarter - 14) / Day)) / Day;
                quarters.Add(At((day * (long)Day) + quarter, Poisson(today * share), 0.012));
            }
        }

        return Sum(quarters);
    }

    private MailboxQuarter[] Newsletter(int days)
    {
        var size = Math.Exp(6.5 + (1.2 * Normal()));                  // 650 readers in the middle
        var (weekday, quarter) = (random.Next(5), 32 + random.Next(24));
        var quarters = new List<MailboxQuarter>();

        for (var day = 0; day < days; day++)
        {
            if (day % 7 == weekday && random.NextDouble() > 0.05)
            {
                var left = Poisson(size * (1 + (0.01 * day / 7)));

                // Some servers take an hour for it.
                for (var part = 0; left > 0; part++)
                {
                    var now = Math.Min(left, 2_000);
                    quarters.Add(At((day * (long)Day) + quarter + part, now, 0.015));
                    left -= now;
                }
            }

            quarters.Add(At((day * (long)Day) + 40, Poisson(1.5), 0.01));
        }

        return Sum(quarters);
    }

    /// <summary>Alarms and reports: the same few people, all day, with storms.</summary>
    private MailboxQuarter[] Machine(int days)
    {
        var (perQuarter, people) = (Math.Exp(-2 + Normal()), 1 + random.Next(4));
        var quarters = new List<MailboxQuarter>();

        for (var quarter = 0L; quarter < days * Day; quarter++)
        {
            var storm = random.NextDouble() < 0.0004 ? 4 + random.Next(8) : 0;
            quarters.Add(At(quarter, people * (Poisson(perQuarter) + storm), 0.002));
        }

        return Sum(quarters);
    }

    private MailboxQuarter At(long quarter, long recipients, double unknown) => new(quarter, recipients, Binomial(recipients, unknown));

    private static MailboxQuarter[] Sum(IEnumerable<MailboxQuarter> quarters) =>
        [.. quarters.Where(one => one.Recipients > 0).GroupBy(one => one.Quarter).OrderBy(group => group.Key)
            .Select(group => new MailboxQuarter(group.Key, group.Sum(one => one.Recipients), group.Sum(one => one.Unknown)))];

    private int Geometric(double ends) => (int)(Math.Log(1 - random.NextDouble()) / Math.Log(1 - ends));

    private long Binomial(long all, double share)
    {
        var found = 0L;

        for (var one = 0L; one < all; one++)
        {
            found += random.NextDouble() < share ? 1 : 0;
        }

        return found;
    }

    private int Poisson(double mean)
    {
        if (mean > 60)
        {
            return (int)Math.Max(0, Math.Round(mean + (Math.Sqrt(mean) * Normal())));
        }

        var (count, product, end) = (0, random.NextDouble(), Math.Exp(-mean));

        while (product > end)
        {
            count++;
            product *= random.NextDouble();
        }

        return count;
    }

    /// <summary>Of mean 1; the smaller the shape, the more days differ (Marsaglia and Tsang, 2000).</summary>
    private double Gamma(double shape)
    {
        var (d, c) = (shape - (1 / 3.0), 1 / Math.Sqrt(9 * (shape - (1 / 3.0))));

        while (true)
        {
            var x = Normal();
            var v = Math.Pow(1 + (c * x), 3);

            if (v > 0 && Math.Log(1 - random.NextDouble()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v / shape;
            }
        }
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
