namespace MailStats.BrakeBench;

/// <summary>The first maker, that of TakeoverTests: mailboxes of four sizes, now and then a message to many, some growth.</summary>
internal sealed class ClassesOfSize(Draws draws) : IMaker
{
    private static readonly (string Name, double PerHour, int Begins, int Hours, double Unknown)[] All =
    [
        ("fast", 2_000, 40, 2, 0.02), ("fast, bought list", 2_000, 40, 2, 0.35), ("fast, at night", 1_500, 8, 3, 0.05), ("one burst", 5_000, 50, 1, 0.1),
        ("medium", 300, 44, 8, 0.02), ("medium, bought list", 300, 44, 8, 0.3), ("medium, at night", 300, 6, 6, 0.1), ("medium, weekend", 250, 30, 10, 0.05),
        ("slow", 60, 36, 24, 0.02), ("slow, bought list", 60, 36, 24, 0.4), ("slow, at night", 60, 4, 12, 0.05), ("under 50 an hour", 45, 36, 48, 0.02),
        ("under 50, bought list", 45, 36, 48, 0.3), ("drip", 20, 36, 96, 0.05), ("drip, bought list", 20, 36, 96, 0.35), ("own contacts", 120, 40, 2, 0),
        ("own contacts, slowly", 40, 40, 8, 0), ("ramp", 150, 20, 12, 0.1), ("on and off", 400, 20, 12, 0.1), ("one of many", 80, 40, 6, 0.05),
    ];

    public IReadOnlyList<string> Kinds { get; } = [.. All.Select(kind => kind.Name)];

    public Mailbox Clean(int days)
    {
        var size = draws.Next() switch
        {
            < 0.75 => 2 + (draws.Next() * 15),
            < 0.93 => 20 + (draws.Next() * 80),
            < 0.98 => 200 + (draws.Next() * 500),
            _ => 2_000 + (draws.Next() * 8_000),
        };
        var mailbox = new Mailbox(draws, size > 1_000 ? "list" : size > 100 ? "busy" : "person");
        var list = size > 1_000 ? Mailbox.Strangers(40_000) : [];

        for (var day = 0; day < days; day++)
        {
            var weekday = day % 7 < 5 ? 1 : 0.15;
            var today = size * weekday * (1 + (0.3 * day / days)) * Math.Exp(0.5 * draws.Normal());
            var messages = size > 1_000 ? 1 : Math.Max(0, (int)Math.Round(today / 1.5));

            for (var message = 0; message < messages; message++)
            {
                var recipients = size > 1_000 ? (int)today : draws.Chance(0.03) ? draws.Between(5, 25) : draws.Between(1, 3);
                mailbox.Send(
                    (day * (long)Mailbox.Day) + 32 + draws.Below(40),
                    size > 1_000 ? list[..Math.Min(recipients, list.Length)] : mailbox.Acquaintances(recipients, 0.8),
                    0.015);
            }
        }

        return mailbox;
    }

    public IEnumerable<SentMessage> Theft(Mailbox mailbox, int kind, int day)
    {
        var (name, perHour, begins, hours, unknown) = All[kind];
        day = name.Contains("weekend", StringComparison.Ordinal) ? day - (day % 7) + 5 : day;

        for (var at = 0; at < hours * 4; at++)
        {
            var pace = name switch
            {
                "ramp" => (at + 1.0) / (hours * 4),
                "on and off" => at / 4 % 2,
                _ => 1,
            };
            var recipients = (int)Math.Round(perHour / 4 * pace * (0.7 + (0.6 * draws.Next())));
            var failing = (int)Math.Round(recipients * unknown * (0.7 + (0.6 * draws.Next())));
            var to = name.StartsWith("own", StringComparison.Ordinal) ? mailbox.Contacts(recipients) : Mailbox.Strangers(recipients);

            foreach (var message in Mailbox.Split((day * (long)Mailbox.Day) + begins + at, to, failing, 1))
            {
                yield return message;
            }
        }
    }
}
