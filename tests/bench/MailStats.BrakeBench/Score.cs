using System.Globalization;
using MailStats.Mail.Brake;

namespace MailStats.BrakeBench;

/// <summary>What the brake does to a maker's mail.</summary>
/// <param name="make">Makes the maker.</param>
/// <param name="history">Days of mail before the month that is judged; 0 for a system's first month.</param>
/// <param name="ofTheirOwn">The part of the thieves that send from networks of the mailbox; null where nobody tells where mail comes from.</param>
internal sealed class Score(Func<Draws, IMaker> make, int history, double? ofTheirOwn = null)
{
    private const int Month = 30;

    private readonly Dictionary<string, List<long>> _through = [];
    private readonly List<string> _falseStops = [];
    private readonly int[] _fixedStops = new int[2];
    private readonly List<long>[] _fixedThrough = [[], []];
    private int _mailboxes;
    private int _missed;

    /// <summary>Recipients let through before the stop, in the middle of all thefts.</summary>
    public long Median => Part([.. _through.Values.SelectMany(all => all)], 0.5);

    /// <summary>Stops for nothing in a thousand mailbox-months.</summary>
    public double FalseStops => Thousandth(_falseStops.Count);

    /// <summary>The part of the thefts that is never stopped.</summary>
    public double Missed => (double)_missed / _through.Values.Sum(all => all.Count);

    public void Thefts(int seed, int ofEach)
    {
        var draws = new Draws(seed);
        var maker = make(draws);
        var places = new Places(new(seed + 7), ofTheirOwn ?? 1);

        for (var kind = 0; kind < maker.Kinds.Count; kind++)
        {
            for (var turn = 0; turn < ofEach; turn++)
            {
                // In a first month nothing is known of the first week.
                var day = history + (history == 0 ? 8 + draws.Below(Month - 8) : draws.Below(Month));
                var mailbox = maker.Clean(day + 5);
                var theft = maker.Theft(mailbox, kind, day).ToList();
                var start = theft[0].Quarter;
                var whole = Counted.Of([.. mailbox.Sent.Where(one => one.Quarter < start + (4 * Mailbox.Day)), .. theft]);
                var stop = BrakeRules.Judge(whole, null).FirstOrDefault(one => one.EndQuarter > start);
                var through = stop.Cause == BrakeCause.Unknown ? (long?)null : Through(whole, theft, stop);

                if (ofTheirOwn is not null)
                {
                    var before = places.Of(mailbox, mailbox.Sent.Where(one => one.Quarter < start));
                    var stops = Places.Stops([.. before, .. places.OfThief(before, theft)], whole, start);
                    through = stops.Select(one => (long?)one.Passed).Append(through).Min();
                }

                _missed += through is null ? 1 : 0;
                Add(maker.Kinds[kind], through ?? theft.Sum(one => one.To.Length));
                _fixedThrough[0].Add(Counted.UpTo(whole, start, 100));
                _fixedThrough[1].Add(Counted.UpTo(whole, start, 500));
            }
        }
    }

    /// <summary>
    /// What the thief has sent when the mailbox is stopped: more than the stop says, where it began before the behaviour that is stopped.
    /// </summary>
    private static long Through(MailboxQuarter[] whole, List<SentMessage> theft, BrakeEpisode stop)
    {
        var before = whole.Where(one => one.Quarter >= stop.SinceQuarter && one.Quarter < stop.StopQuarter).Sum(one => one.Recipients);
        var then = theft.Where(one => one.Quarter == stop.StopQuarter).Sum(one => one.To.Length);

        return theft.Where(one => one.Quarter < stop.StopQuarter).Sum(one => one.To.Length) + Math.Clamp(stop.LetThrough - before, 0, then);
    }

    public void Clean(int seed, int mailboxes)
    {
        var draws = new Draws(seed);
        var maker = make(draws);
        var places = new Places(new(seed + 7), ofTheirOwn ?? 1);

        for (var one = 0; one < mailboxes; one++)
        {
            var mailbox = maker.Clean(history + Month);
            var whole = Counted.Of(mailbox.Sent);
            var from = history * (long)Mailbox.Day;
            _mailboxes++;
            var stops = BrakeRules.Judge(whole, null).Where(stop => stop.SinceQuarter >= from).ToList();

            if (ofTheirOwn is not null)
            {
                _falseStops.AddRange(Places.Stops(places.Of(mailbox, mailbox.Sent), whole, from)
                    .Where(other => !stops.Exists(stop => Math.Abs(stop.StopQuarter - other.Quarter) <= Mailbox.Day))
                    .Select(other => $"{mailbox.Kind} Network day {other.Quarter / Mailbox.Day}"));
            }

            _falseStops.AddRange(stops
                .Select(stop => $"{mailbox.Kind} {stop.Cause} {stop.LetThrough}+{stop.Refused} day {stop.StopQuarter / Mailbox.Day}"));
            _fixedStops[0] += Counted.UpTo(whole, from, 100) < long.MaxValue ? 1 : 0;
            _fixedStops[1] += Counted.UpTo(whole, from, 500) < long.MaxValue ? 1 : 0;
        }
    }

    public void Print(TextWriter to, string name, bool details)
    {
        if (details)
        {
            foreach (var (kind, all) in _through)
            {
                to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {kind,-40} median {Part(all, 0.5),6}, nine tenths {Part(all, 0.9),6}"));
            }

            foreach (var group in _falseStops.GroupBy(stop => stop.Split(' ')[0] + " " + stop.Split(' ')[1]).OrderByDescending(group => group.Count()))
            {
                to.WriteLine($"  false: {group.Count(),4} {group.Key}, as {string.Join("; ", group.Take(6))}");
            }
        }

        var whole = _through.Values.SelectMany(all => all).ToList();
        to.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-11} history {history,2}: median {Median}, at most 60 in {100.0 * whole.Count(one => one <= 60) / whole.Count:0} %, never stopped "
                + $"{100 * Missed:0.0} %, false {FalseStops:0.00}; fixed 100: {Part(_fixedThrough[0], 0.5)}, "
                + $"{Thousandth(_fixedStops[0]):0}; fixed 500: {Part(_fixedThrough[1], 0.5)}, {Thousandth(_fixedStops[1]):0}"));
    }

    private double Thousandth(int count) => 1_000.0 * count / _mailboxes;

    private void Add(string kind, long through) => (_through.TryGetValue(kind, out var all) ? all : _through[kind] = []).Add(through);

    private static long Part(List<long> all, double part) => all.Order().ElementAt((int)(all.Count * part));
}
