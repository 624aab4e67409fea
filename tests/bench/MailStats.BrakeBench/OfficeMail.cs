namespace MailStats.BrakeBench;

/// <summary>
/// The second maker, that of BlindTakeoverTests: days differ widely, people work evenings and travel, teams have lists of their own,
/// newsletters keep a weekday, shops send by their customers' day, machines have storms.
/// </summary>
internal sealed class OfficeMail(Draws draws) : IMaker
{
    private static readonly string[] Manners = ["steady", "bought list", "an hour on, an hour off", "carefully at first"];
    private static readonly (double PerHour, int Hours)[] Speeds = [(25, 72), (70, 30), (220, 10), (900, 3), (4_000, 1)];

    public IReadOnlyList<string> Kinds { get; } = [.. Speeds.SelectMany(speed => Manners.Select(manner => $"{speed.PerHour} an hour, {manner}"))];

    public Mailbox Clean(int days) => draws.Next() switch
    {
        < 0.86 => Person(days),
        < 0.92 => Shop(days),
        < 0.96 => Newsletter(days),
        _ => Machine(days),
    };

    public IEnumerable<SentMessage> Theft(Mailbox mailbox, int kind, int day)
    {
        var (manner, (perHour, hours)) = (kind % 4, Speeds[kind / 4]);
        perHour *= 0.75 + (0.5 * draws.Next());
        var unknown = manner == 1 ? 0.2 + (0.3 * draws.Next()) : 0.01 + (0.07 * draws.Next());
        var start = (day * (long)Mailbox.Day) + draws.Below(Mailbox.Day);

        for (var at = 0; at < hours * 4; at++)
        {
            var pace = manner switch
            {
                2 => at % 8 < 4 ? 1.6 : 0,
                3 => Math.Min(1.0, 0.1 + (at / (hours * 2.0))),
                _ => 1,
            };
            var recipients = draws.Poisson(perHour / 4 * pace);

            foreach (var message in Mailbox.Split(start + at, Mailbox.Strangers(recipients), draws.Binomial(recipients, unknown), 20))
            {
                yield return message;
            }
        }
    }

    private Mailbox Person(int days)
    {
        var mailbox = new Mailbox(draws, "person");
        var perDay = Math.Exp(1.6 + draws.Normal());
        var (begins, hours) = (26 + draws.Below(16), 24 + draws.Below(16));
        var (evening, weekend) = (0.12 * draws.Next(), 0.3 * draws.Next());
        var team = Mailbox.Strangers(4 + draws.Below(22));
        var wide = Mailbox.Strangers(draws.Chance(0.1) ? 30 + draws.Below(30) : 0);
        var (away, moved) = (0, 0);

        for (var day = 0; day < days; day++)
        {
            away = away > 0 ? away - 1 : draws.Chance(0.006) ? 5 + draws.Below(16) : 0;
            moved = draws.Chance(0.01) ? draws.Between(-36, 36) : draws.Chance(0.15) ? 0 : moved;
            var today = perDay * (day % 7 < 5 ? 1 : weekend) * (away > 0 ? 0.1 : 1) * draws.Gamma(1.5);

            for (var message = draws.Poisson(today); message > 0; message--)
            {
                var place = draws.Chance(evening) ? 76 + draws.Below(20) : begins + draws.Below(hours);
                var chance = draws.Next();
                var to = chance < 0.025 ? team : chance < 0.029 && wide.Length > 0 ? wide : mailbox.Acquaintances(1 + draws.Geometric(0.62), 0.7);
                mailbox.Send((day * (long)Mailbox.Day) + ((place + moved + Mailbox.Day) % Mailbox.Day), to, 0.02);
            }
        }

        return mailbox;
    }

    private Mailbox Shop(int days)
    {
        var mailbox = new Mailbox(draws, "shop");
        var perDay = Math.Exp(5 + draws.Normal());
        var growth = 1 + (0.15 * draws.Normal());

        for (var day = 0; day < days; day++)
        {
            var sale = draws.Chance(0.01) ? 1.8 : 1;
            var today = perDay * Math.Max(0.3, 1 + ((growth - 1) * day / days)) * (day % 7 < 5 ? 1 : 1.25) * sale * draws.Gamma(12);

            for (var quarter = 0; quarter < Mailbox.Day; quarter++)
            {
                var share = (1 - Math.Cos(2 * Math.PI * (quarter - 14) / Mailbox.Day)) / Mailbox.Day;
                mailbox.Send((day * (long)Mailbox.Day) + quarter, Mailbox.Strangers(draws.Poisson(today * share)), 0.012);
            }
        }

        return mailbox;
    }

    private Mailbox Newsletter(int days)
    {
        var mailbox = new Mailbox(draws, "newsletter");
        var size = Math.Exp(6.5 + (1.2 * draws.Normal()));
        var readers = Mailbox.Strangers((int)(size * 2) + 50);
        var (weekday, quarter) = (draws.Below(5), 32 + draws.Below(24));

        for (var day = 0; day < days; day++)
        {
            if (day % 7 == weekday && draws.Next() > 0.05)
            {
                var left = readers[..Math.Min(readers.Length, draws.Poisson(size * (1 + (0.01 * day / 7))))];

                foreach (var (part, at) in left.Chunk(2_000).Select((part, index) => (part, index)))
                {
                    mailbox.Send((day * (long)Mailbox.Day) + quarter + at, part, 0.015);
                }
            }

            mailbox.Send((day * (long)Mailbox.Day) + 40, mailbox.Acquaintances(draws.Poisson(1.5), 0.7), 0.01);
        }

        return mailbox;
    }

    private Mailbox Machine(int days)
    {
        var mailbox = new Mailbox(draws, "machine");
        var (perQuarter, people) = (Math.Exp(-2 + draws.Normal()), Mailbox.Strangers(1 + draws.Below(4)));

        for (var quarter = 0L; quarter < days * Mailbox.Day; quarter++)
        {
            var storm = draws.Chance(0.0004) ? 4 + draws.Below(8) : 0;

            for (var message = draws.Poisson(perQuarter) + storm; message > 0; message--)
            {
                mailbox.Send(quarter, people, 0.002);
            }
        }

        return mailbox;
    }
}
