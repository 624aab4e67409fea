namespace MailStats.BrakeBench;

/// <summary>
/// The third maker: a company. Invitations to departments, greetings before holidays, one-off mail merges, invoices once a month, a
/// service mailbox with replies to strangers, owners of lists, mailboxes that begin in between and grow. Colleagues have numbers below 0.
/// </summary>
internal sealed class CompanyMail(Draws draws) : IMaker
{
    private static readonly (string Name, double PerHour, double Hours, double Unknown, int InOne)[] All =
    [
        ("all at once", 3_000, 0.5, 0.03, 1), ("all at once, bought list", 3_000, 0.5, 0.25, 1),
        ("quick", 600, 2, 0.03, 1), ("quick, blind copies", 600, 2, 0.04, 40),
        ("quick, bought list", 600, 2, 0.2, 10), ("quick at night", 600, 3, 0.05, 1), ("steady", 150, 6, 0.03, 1), ("steady, bought list", 150, 6, 0.3, 5),
        ("steady at night", 150, 5, 0.06, 1), ("steady at the weekend", 150, 8, 0.05, 1), ("hidden in the day", 50, 9, 0.03, 1),
        ("hidden, bought list", 50, 9, 0.3, 1), ("days of a few", 15, 96, 0.05, 1), ("days of a few, bought list", 15, 96, 0.3, 1),
        ("own contacts at once", 400, 1, 0.01, 30), ("own contacts one by one", 80, 3, 0.01, 1), ("own contacts at night", 200, 2, 0.01, 10),
        ("one of many senders", 90, 3, 0.08, 1), ("waves", 240, 12, 0.06, 3), ("tests, then all", 800, 6, 0.08, 1),
    ];

    public IReadOnlyList<string> Kinds { get; } = [.. All.Select(kind => kind.Name)];

    public Mailbox Clean(int days) => draws.Next() switch
    {
        < 0.74 => Person(days),
        < 0.81 => Service(days),
        < 0.86 => Invoices(days),
        < 0.91 => ListOwner(days),
        < 0.95 => Newsletter(days),
        _ => Alarms(days),
    };

    public IEnumerable<SentMessage> Theft(Mailbox mailbox, int kind, int day)
    {
        var (name, perHour, hours, unknown, inOne) = All[kind];
        day = name.Contains("weekend", StringComparison.Ordinal) ? day - (day % 7) + 5 : day;
        var start = (day * (long)Mailbox.Day) + (name.Contains("night", StringComparison.Ordinal) ? 2 + draws.Below(12) : 32 + draws.Below(36));
        perHour = draws.Around(perHour, 0.3);

        for (var at = 0; at < hours * 4; at++)
        {
            var pace = name switch
            {
                "waves" => at % 12 < 3 ? 1.5 : 0,
                "tests, then all" => at < 8 ? 0.01 : 1,
                _ => 1,
            };
            var recipients = draws.Poisson(perHour / 4 * pace);
            var to = name.StartsWith("own", StringComparison.Ordinal) ? mailbox.Contacts(recipients) : Mailbox.Strangers(recipients);

            foreach (var message in Mailbox.Split(start + at, to, draws.Binomial(recipients, unknown), inOne))
            {
                yield return message;
            }
        }
    }

    private Mailbox Person(int days)
    {
        var mailbox = new Mailbox(draws, "person");
        var perDay = draws.Around(6, 0.9);
        var begins = 28 + draws.Below(12);
        var known = 0.5 + (0.45 * draws.Next());
        var first = draws.Chance(0.06) ? draws.Below(days) : 0;
        var department = draws.Chance(0.12) ? 12 + draws.Below(60) : 0;   // writes invitations to one
        var wide = draws.Chance(0.25) ? draws.Around(14, 0.5) : 0;        // writes to many customers now and then
        var greets = draws.Chance(0.04) ? draws.Below(240) : -1;          // a day in eight months
        var greeted = draws.Around(45, 0.5);

        for (var day = first; day < days; day++)
        {
            var busy = draws.Gamma(2) * (day % 7 < 5 ? 1 : 0.06) * Math.Min(1, 0.3 + ((day - first) / 20.0));

            for (var message = draws.Poisson(perDay * busy); message > 0; message--)
            {
                mailbox.Send(At(day, begins), mailbox.Acquaintances(1 + draws.Geometric(0.7), known), 0.012);
            }

            if (day % 7 >= 5)
            {
                continue;
            }

            if (department > 0 && draws.Chance(0.05))
            {
                mailbox.Send(At(day, begins), [.. Enumerable.Range(1, department).Select(one => -one)], 0.003);
            }

            if (wide > 0 && draws.Chance(0.02))
            {
                mailbox.Send(At(day, begins), mailbox.Acquaintances(Math.Min(90, (int)draws.Around(wide, 0.4)), 0.75), 0.02);
            }

            if (day % 240 == greets)
            {
                var all = mailbox.Acquaintances((int)draws.Around(greeted, 0.3), 0.7);
                Merge(mailbox, At(day, begins), all, draws.Chance(0.5) ? 200 : 1, 0.03, 120);
            }
        }

        return mailbox;
    }

    private Mailbox Service(int days)
    {
        var mailbox = new Mailbox(draws, "service");
        var perDay = draws.Around(50, 0.9);
        var growth = draws.Around(1, 0.25);

        for (var day = 0; day < days; day++)
        {
            var today = perDay * Math.Pow(growth, day / 60.0) * draws.Gamma(6) * (day % 7 < 5 ? 1 : 0.3) * (draws.Chance(0.01) ? 2 : 1);

            for (var message = draws.Poisson(today); message > 0; message--)
            {
                mailbox.Send(At(day, 30), mailbox.Acquaintances(1, 0.25), 0.015);
            }
        }

        return mailbox;
    }

    private Mailbox Invoices(int days)
    {
        var mailbox = new Mailbox(draws, "invoices");
        var customers = Mailbox.Strangers(Math.Max(15, (int)draws.Around(110, 0.9)));
        var (when, pace) = (draws.Below(5), draws.Chance(0.5) ? 2_000 : 20 + draws.Below(80));

        for (var day = 0; day < days; day++)
        {
            if (day % 30 == when)
            {
                var some = customers[..(int)(customers.Length * (0.8 + (0.2 * draws.Next())))];
                var quarter = (day * (long)Mailbox.Day) + 32 + draws.Below(24);
                Merge(mailbox, quarter, [.. some, .. Mailbox.Strangers(draws.Poisson(customers.Length * 0.04))], 1, 0.012, pace);
            }

            for (var message = draws.Poisson(day % 7 < 5 ? 3 : 0.1); message > 0; message--)
            {
                mailbox.Send(At(day, 32), draws.Chance(0.5) ? [customers[draws.Below(customers.Length)]] : mailbox.Acquaintances(1, 0.6), 0.015);
            }
        }

        return mailbox;
    }

    private Mailbox ListOwner(int days)
    {
        var mailbox = new Mailbox(draws, "list owner");
        var members = Mailbox.Strangers(Math.Max(10, (int)draws.Around(60, 0.8))).ToList();
        var perDay = draws.Around(0.5, 0.8);

        for (var day = 0; day < days; day++)
        {
            members.AddRange(Mailbox.Strangers(draws.Poisson(0.15)));

            for (var message = draws.Poisson(perDay * draws.Gamma(1)); message > 0; message--)
            {
                mailbox.Send(At(day, 30), [.. members], 0.01);
            }

            for (var message = draws.Poisson(day % 7 < 5 ? 2 : 0.3); message > 0; message--)
            {
                mailbox.Send(At(day, 34), mailbox.Acquaintances(1, 0.7), 0.015);
            }
        }

        return mailbox;
    }

    private Mailbox Newsletter(int days)
    {
        var mailbox = new Mailbox(draws, "newsletter");
        var readers = Mailbox.Strangers(Math.Max(60, (int)draws.Around(500, 1.2)));
        var (every, at, pace) = (draws.Chance(0.5) ? 7 : 28, draws.Below(28), draws.Chance(0.5) ? 4_000 : 200);

        for (var day = 0; day < days; day++)
        {
            if (day % every == at % every)
            {
                int[] all = [.. readers, .. Mailbox.Strangers((int)(readers.Length * 0.02 * (day / 28)))];
                Merge(mailbox, (day * (long)Mailbox.Day) + 36 + draws.Below(16), all, 1, 0.015, pace);
            }

            mailbox.Send(At(day, 34), mailbox.Acquaintances(draws.Poisson(1), 0.7), 0.015);
        }

        return mailbox;
    }

    private Mailbox Alarms(int days)
    {
        var mailbox = new Mailbox(draws, "alarms");
        var (people, perDay) = (Mailbox.Strangers(1 + draws.Below(6)), draws.Around(8, 1));

        for (var day = 0; day < days; day++)
        {
            for (var message = draws.Poisson(perDay) + (draws.Chance(0.02) ? draws.Poisson(15) : 0); message > 0; message--)
            {
                mailbox.Send((day * (long)Mailbox.Day) + draws.Below(Mailbox.Day), people, 0.001);
            }
        }

        return mailbox;
    }

    /// <summary>A mail merge: so many in a message, so many in an hour.</summary>
    private static void Merge(Mailbox mailbox, long quarter, int[] to, int inOne, double failing, int perHour)
    {
        foreach (var (part, at) in to.Chunk(Math.Max(1, perHour / 4)).Select((part, index) => (part, index)))
        {
            foreach (var message in part.Chunk(inOne))
            {
                mailbox.Send(quarter + at, message, failing);
            }
        }
    }

    private long At(int day, int begins) => (day * (long)Mailbox.Day) + begins + draws.Below(36);
}
