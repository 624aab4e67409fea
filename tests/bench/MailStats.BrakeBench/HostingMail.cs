namespace MailStats.BrakeBench;

/// <summary>
/// The fifth maker, written after everything was tuned: mailboxes at a hosting company. Web shops confirm orders, contact forms copy to
/// whom they were filled in by, craftsmen send invoices once a month, a few send newsletters through their normal mailbox, many are
/// nearly idle. Customers' machines stand in several time zones. Thieves mostly have lists of their own.
/// </summary>
internal sealed class HostingMail(Draws draws) : IMaker
{
    private static readonly (string Name, double PerHour, double Hours, double Failing, double Contacts, int InOne)[] All =
    [
        ("spray", 4_000, 1, 0.08, 0, 1), ("spray, bought list", 4_000, 1, 0.3, 0, 1), ("spray, blind copies", 4_000, 1, 0.08, 0, 90),
        ("throttled at 200", 200, 10, 0.06, 0, 1), ("throttled at 100", 100, 20, 0.06, 0, 1), ("throttled at 100, bought list", 100, 20, 0.35, 0, 1),
        ("throttled at 50", 50, 40, 0.06, 0, 1), ("throttled at 50, fresh list", 50, 40, 0.01, 0, 1), ("throttled at 20", 20, 80, 0.06, 0, 1),
        ("throttled at 20, bought list", 20, 80, 0.3, 0, 1), ("phishing of contacts", 150, 2, 0.01, 1, 1),
        ("phishing of contacts, one message", 400, 0.25, 0.01, 1, 100),
        ("contacts, then strangers", 120, 4, 0.03, 0.4, 1), ("nightly", 300, 5, 0.06, 0, 1), ("nightly, little", 40, 5, 0.06, 0, 1),
        ("weekend", 250, 6, 0.06, 0, 1), ("bursts of a quarter", 400, 12, 0.06, 0, 5), ("a test, then all", 600, 6, 0.06, 0, 1),
        ("one of many accounts", 60, 4, 0.06, 0, 1), ("ramp", 300, 12, 0.06, 0, 2),
    ];

    public IReadOnlyList<string> Kinds { get; } = [.. All.Select(kind => kind.Name)];

    public Mailbox Clean(int days) => draws.Next() switch
    {
        < 0.45 => Idle(days),
        < 0.70 => Owner(days),
        < 0.82 => Form(days),
        < 0.92 => Shop(days),
        < 0.97 => Craftsman(days),
        _ => Club(days),
    };

    public IEnumerable<SentMessage> Theft(Mailbox mailbox, int kind, int day)
    {
        var (name, perHour, hours, failing, contacts, inOne) = All[kind];
        day = name.StartsWith("weekend", StringComparison.Ordinal) ? day - (day % 7) + 5 : day;
        var start = (day * (long)Mailbox.Day) + (name.StartsWith("nightly", StringComparison.Ordinal) ? draws.Below(16) : 20 + draws.Below(60));
        perHour = draws.Around(perHour, 0.25);

        for (var at = 0; at < hours * 4; at++)
        {
            var pace = name switch
            {
                "bursts of a quarter" => at % 4 == 0 ? 1 : 0,
                "a test, then all" => at < 4 ? 0.02 : 1,
                "ramp" => (at + 1) / (hours * 4),
                _ => 1,
            };
            var count = draws.Poisson(perHour / 4 * pace) + (at == 0 ? 1 : 0);
            var known = draws.Binomial(count, contacts);

            foreach (var message in Mailbox.Split(
                start + at, [.. mailbox.Contacts(known), .. Mailbox.Strangers(count - known)], draws.Binomial(count, failing), inOne))
            {
                yield return message;
            }
        }
    }

    /// <summary>A few messages a month.</summary>
    private Mailbox Idle(int days)
    {
        var mailbox = new Mailbox(draws, "idle");
        var perDay = draws.Around(0.25, 0.8);

        for (var day = 0; day < days; day++)
        {
            for (var message = draws.Poisson(perDay); message > 0; message--)
            {
                mailbox.Send(At(day, 28, 60), mailbox.Acquaintances(1, 0.5), 0.02);
            }
        }

        return mailbox;
    }

    /// <summary>Somebody who runs a small business by mail.</summary>
    private Mailbox Owner(int days)
    {
        var mailbox = new Mailbox(draws, "owner");
        var (perDay, known, zone) = (draws.Around(7, 0.8), 0.35 + (0.5 * draws.Next()), draws.Below(24));

        for (var day = 0; day < days; day++)
        {
            for (var message = draws.Poisson(perDay * Weekday(day, 0.3) * draws.Gamma(2)); message > 0; message--)
            {
                mailbox.Send(At(day, 24 + zone, 48), mailbox.Acquaintances(1 + draws.Geometric(0.85), known), 0.015);
            }

            // Once in a while an offer to some of its customers, one by one.
            if (draws.Chance(0.008))
            {
                var at = At(day, 30 + zone, 36);

                foreach (var one in mailbox.Acquaintances((int)draws.Around(18, 0.5), 0.85))
                {
                    mailbox.Send(at, [one], 0.02);
                }
            }
        }

        return mailbox;
    }

    /// <summary>A contact form: a copy to its owner, and one to whoever filled it in; now and then robots do.</summary>
    private Mailbox Form(int days)
    {
        var mailbox = new Mailbox(draws, "form");
        var (perDay, owner) = (draws.Around(4, 0.9), Mailbox.Strangers(1));

        for (var day = 0; day < days; day++)
        {
            var robots = draws.Chance(0.02) ? draws.Poisson(12) : 0;

            for (var message = draws.Poisson(perDay * Weekday(day, 0.7)) + robots; message > 0; message--)
            {
                var at = At(day, 0, 96);
                mailbox.Send(at, owner, 0.001);
                mailbox.Send(at, Mailbox.Strangers(1), 0.04);
            }
        }

        return mailbox;
    }

    /// <summary>Orders, dispatches and invoices, three messages for each; sales twice a year.</summary>
    private Mailbox Shop(int days)
    {
        var mailbox = new Mailbox(draws, "shop");
        var (perDay, sale) = (draws.Around(9, 1.1), draws.Below(180));

        for (var day = 0; day < days; day++)
        {
            var busy = day % 180 >= sale && day % 180 < sale + 4 ? 2.5 : 1;

            for (var order = draws.Poisson(perDay * busy * draws.Gamma(6)); order > 0; order--)
            {
                var buyer = mailbox.Acquaintances(1, 0.15);
                mailbox.Send(At(day, 24, 68), buyer, 0.015);
                mailbox.Send(At(day + 1, 36, 8), buyer, 0.002);
                mailbox.Send(At(day + 1, 36, 8), buyer, 0.002);
            }
        }

        mailbox.Sent.RemoveAll(one => one.Quarter >= days * (long)Mailbox.Day);

        return mailbox;
    }

    /// <summary>Invoices at the end of the month, a few a day else.</summary>
    private Mailbox Craftsman(int days)
    {
        var mailbox = new Mailbox(draws, "craftsman");
        var (invoices, when) = (draws.Around(22, 0.6), draws.Below(30));

        for (var day = 0; day < days; day++)
        {
            for (var message = draws.Poisson(3 * Weekday(day, 0.2)); message > 0; message--)
            {
                mailbox.Send(At(day, 26, 48), mailbox.Acquaintances(1, 0.65), 0.015);
            }

            if (day % 30 == when)
            {
                var at = At(day, 64, 20);

                foreach (var one in mailbox.Acquaintances((int)draws.Around(invoices, 0.2), 0.6))
                {
                    mailbox.Send(at + draws.Below(6), [one], 0.015);
                }
            }
        }

        return mailbox;
    }

    /// <summary>A normal mailbox that also sends a newsletter, every two to four weeks, in blind copies or one by one.</summary>
    private Mailbox Club(int days)
    {
        var mailbox = new Mailbox(draws, "club");
        var readers = Mailbox.Strangers(25 + (int)draws.Around(90, 0.9));
        var (every, at, inOne) = (14 + draws.Below(15), draws.Below(14), draws.Chance(0.6) ? 99 : 1);

        for (var day = 0; day < days; day++)
        {
            for (var message = draws.Poisson(2 * Weekday(day, 0.6)); message > 0; message--)
            {
                mailbox.Send(At(day, 32, 56), mailbox.Acquaintances(1, 0.7), 0.015);
            }

            if (day % every == at)
            {
                var quarter = At(day, 60, 28);

                foreach (var part in readers.Chunk(inOne))
                {
                    mailbox.Send(quarter, part, 0.015);
                }
            }
        }

        return mailbox;
    }

    private static double Weekday(int day, double atWeekend) => day % 7 < 5 ? 1 : atWeekend;

    private long At(int day, int begins, int quarters) => (day * (long)Mailbox.Day) + begins + draws.Below(quarters);
}
