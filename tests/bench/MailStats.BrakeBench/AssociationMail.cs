namespace MailStats.BrakeBench;

/// <summary>
/// The fourth maker, on which nothing was tuned: schools, clubs and practices. Teachers write to the parents of a class, a secretary to all
/// members in blind copies, a practice reminds patients each evening, who organises an event answers strangers for a week, volunteers
/// hardly write. Nobody works in the holidays. Thieves write at any hour, at any speed, to strangers, contacts or both.
/// </summary>
internal sealed class AssociationMail(Draws draws) : IMaker
{
    private static readonly (string Whom, double Contacts, double Failing)[] Lists =
        [("harvested", 0, 0.07), ("bought", 0, 0.3), ("fresh", 0, 0.01), ("half contacts", 0.5, 0.03), ("contacts", 1, 0.005)];

    private static readonly (string Pace, double PerHour, int Quarters, int InOne)[] Paces =
        [("a trickle", 18, 240, 1), ("an afternoon", 75, 24, 1), ("in blind copies", 500, 6, 50), ("a flood", 2_500, 3, 1)];

    public IReadOnlyList<string> Kinds { get; } = [.. Lists.SelectMany(list => Paces.Select(pace => $"{list.Whom}, {pace.Pace}"))];

    public Mailbox Clean(int days) => draws.Next() switch
    {
        < 0.35 => Teacher(days),
        < 0.75 => Volunteer(days),
        < 0.85 => Secretary(days),
        < 0.93 => Organiser(days),
        _ => Practice(days),
    };

    public IEnumerable<SentMessage> Theft(Mailbox mailbox, int kind, int day)
    {
        var ((_, contacts, failing), (_, perHour, quarters, inOne)) = (Lists[kind / Paces.Length], Paces[kind % Paces.Length]);
        var start = (day * (long)Mailbox.Day) + draws.Below(Mailbox.Day);
        perHour = draws.Around(perHour, 0.4);

        for (var at = 0; at < quarters; at++)
        {
            var count = draws.Poisson(perHour / 4 * draws.Gamma(4)) + (at == 0 ? 1 : 0);
            var known = draws.Binomial(count, contacts);

            foreach (var message in Mailbox.Split(
                start + at, [.. mailbox.Contacts(known), .. Mailbox.Strangers(count - known)], draws.Binomial(count, failing), inOne))
            {
                yield return message;
            }
        }
    }

    private Mailbox Teacher(int days)
    {
        var mailbox = new Mailbox(draws, "teacher");
        int[][] classes = [.. Enumerable.Range(0, 1 + draws.Below(5)).Select(_ => Mailbox.Strangers(14 + draws.Below(18)))];
        var (perDay, perWeek) = (draws.Around(4, 0.6), draws.Around(0.7, 0.6));

        for (var day = 0; day < days; day++)
        {
            for (var message = draws.Poisson(perDay * Busy(day)); message > 0; message--)
            {
                mailbox.Send(At(day, 28, 56), mailbox.Acquaintances(1, 0.75), 0.012);
            }

            for (var message = draws.Poisson(perWeek / 5 * Busy(day)); message > 0; message--)
            {
                // Now and then the same to all classes.
                var at = At(day, 48, 36);

                foreach (var one in draws.Chance(0.15) ? classes : [classes[draws.Below(classes.Length)]])
                {
                    mailbox.Send(at, one, 0.012);
                }
            }
        }

        return mailbox;
    }

    private Mailbox Volunteer(int days)
    {
        var mailbox = new Mailbox(draws, "volunteer");
        var (perDay, group) = (draws.Around(1.2, 1), Mailbox.Strangers(3 + draws.Below(12)));

        for (var day = 0; day < days; day++)
        {
            for (var message = draws.Poisson(perDay * draws.Gamma(0.7)); message > 0; message--)
            {
                mailbox.Send(At(day, 30, 62), draws.Chance(0.1) ? group : mailbox.Acquaintances(1 + draws.Geometric(0.8), 0.65), 0.02);
            }
        }

        return mailbox;
    }

    private Mailbox Secretary(int days)
    {
        var mailbox = new Mailbox(draws, "secretary");
        var members = Mailbox.Strangers(40 + (int)draws.Around(120, 0.8)).ToList();
        var (every, at) = (14 + draws.Below(17), draws.Below(14));

        for (var day = 0; day < days; day++)
        {
            for (var message = draws.Poisson(8 * Busy(day)); message > 0; message--)
            {
                mailbox.Send(At(day, 32, 34), mailbox.Acquaintances(1 + draws.Geometric(0.75), 0.6), 0.015);
            }

            if (day % every == at)
            {
                members.AddRange(Mailbox.Strangers(draws.Poisson(2)));
                var quarter = At(day, 34, 30);

                foreach (var part in members.Chunk(50))
                {
                    mailbox.Send(quarter, part, 0.012);
                }
            }
        }

        return mailbox;
    }

    private Mailbox Organiser(int days)
    {
        var mailbox = new Mailbox(draws, "organiser");
        var (perDay, size, opens) = (draws.Around(3, 0.6), draws.Around(12, 0.6), draws.Below(60));

        for (var day = 0; day < days; day++)
        {
            // For a week every two months, answers to those who apply.
            var applying = ((day % 60) - opens) is (>= 0 and < 7 and var since) ? size * Math.Exp(-0.4 * since) : 0;

            for (var message = draws.Poisson((perDay * Busy(day)) + (applying * draws.Gamma(2))); message > 0; message--)
            {
                mailbox.Send(At(day, 30, 56), mailbox.Acquaintances(1, applying > perDay ? 0.3 : 0.7), 0.015);
            }
        }

        return mailbox;
    }

    private Mailbox Practice(int days)
    {
        var mailbox = new Mailbox(draws, "practice");
        var perDay = draws.Around(25, 0.7);

        for (var day = 0; day < days; day++)
        {
            for (var message = draws.Poisson(perDay * Busy(day)); message > 0; message--)
            {
                mailbox.Send((day * (long)Mailbox.Day) + 72, mailbox.Acquaintances(1, 0.5), 0.015);
            }

            for (var message = draws.Poisson(4 * Busy(day)); message > 0; message--)
            {
                mailbox.Send(At(day, 32, 40), mailbox.Acquaintances(1, 0.6), 0.015);
            }
        }

        return mailbox;
    }

    /// <summary>Two weeks of holidays in eight, quiet weekends.</summary>
    private double Busy(int day) => draws.Gamma(3) * (day % 7 < 5 ? 1 : 0.15) * (day % 56 >= 42 ? 0.1 : 1);

    private long At(int day, int begins, int quarters) => (day * (long)Mailbox.Day) + begins + draws.Below(quarters);
}
