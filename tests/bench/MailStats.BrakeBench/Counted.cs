using MailStats.Mail.Brake;

namespace MailStats.BrakeBench;

/// <summary>A mailbox's mail as the brake sees it.</summary>
internal static class Counted
{
    /// <summary>True to leave out whom the mail went to.</summary>
    public static bool Blind { get; set; }

    public static MailboxQuarter[] Of(IReadOnlyCollection<SentMessage> sent)
    {
        MailboxQuarter[] quarters =
        [
            .. sent.GroupBy(message => message.Quarter).OrderBy(group => group.Key)
                .Select(group => new MailboxQuarter(group.Key, group.Sum(message => message.To.Length), group.Sum(message => message.Failing))),
        ];

        BrakeRules.Judge(quarters, null, out var isWorthALook);

        if (Blind || !isWorthALook)
        {
            return quarters;
        }

        var met = new MetRecipients("");

        foreach (var (message, number) in sent.Select((message, number) => (message, number)))
        {
            foreach (var one in message.To)
            {
                met.Add(message.Quarter, (ulong)one, (ulong)number, isColleague: one < 0);
            }
        }

        return met.Tell(quarters);
    }

    /// <summary>What a fixed limit lets through from a time on before it first refuses; the greatest number where it never does.</summary>
    public static long UpTo(MailboxQuarter[] quarters, long start, long perHour)
    {
        var through = 0L;

        for (var at = 0; at < quarters.Length; at++)
        {
            if (quarters[at].Quarter < start)
            {
                continue;
            }

            var before = 0L;

            for (var other = at - 1; other >= 0 && quarters[other].Quarter > quarters[at].Quarter - 4; other--)
            {
                before += quarters[other].Recipients;
            }

            if (before + quarters[at].Recipients > perHour)
            {
                return through + Math.Max(0, perHour - before);
            }

            through += quarters[at].Recipients;
        }

        return long.MaxValue;
    }
}
