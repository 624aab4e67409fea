namespace MailStats.Mail.Brake;

/// <summary>Walks through a mailbox's quarter hours, learns its habits and says when it leaves them.</summary>
/// <param name="perHour">The fixed limit; null for none.</param>
public sealed class MailboxPace(long? perHour)
{
    /// <summary>A week of quarter hours: what goes on for longer is the new habit.</summary>
    private const long LongestEpisode = 7 * 96;

    private static readonly BrakeLimits HardlyKnown = new(
        BrakeLimits.None, BrakeLimits.None, BrakeLimits.None, BrakeLimits.None, KnowsMost: false, BrakeLimits.None, QuietHours: 0, IsHardlyKnown: true);

    /// <summary>What went on unlike the mailbox and was over by itself, and is not held against it any more after so many days.</summary>
    private const int DaysUntilForgiven = 5;

    private readonly Queue<MailboxQuarter> _window = new();
    private readonly Queue<(long Day, LargestSent Most)> _over = new();
    private LargestSent _most;
    private readonly Dictionary<long, LargestSent> _days = [];
    private readonly Dictionary<long, (long Recipients, long Messages, long Familiar)> _met = [];
    private (long Day, BrakeLimits? Limits)? _limits;
    private long? _first;
    private BrakeEpisode? _open;

    /// <summary>The stop that holds now.</summary>
    public BrakeEpisode? Open => _open;

    /// <summary>The stop that ended with the last quarter hour.</summary>
    public BrakeEpisode? Ended { get; private set; }

    /// <summary>True when the last quarter hour would be judged otherwise if it were known whom it wrote to (<see cref="MetRecipients"/>).</summary>
    public bool IsWorthALook { get; private set; }

    /// <summary>
    /// What the mailbox may have before it is stopped, at a quarter hour after those added; null where too little is known.
    /// </summary>
    public BrakeLimits? LimitsAt(long quarter)
    {
        var today = BrakeRules.DayOf(quarter);

        if (_limits is { } kept && kept.Day == today)
        {
            return kept.Limits;
        }

        var (largest, known) = (default(LargestSent), 0);

        foreach (var (when, most) in _days)
        {
            if (when < today && when >= today - BrakeRules.HabitDays)
            {
                (largest, known) = (largest.With(most), known + 1);
            }
        }

        // A mailbox of which nothing is known is compared with nothing: a first newsletter is no theft.
        var days = _first is { } first ? today - BrakeRules.DayOf(first) : 0;
        var (all, knowsMost) = Met(today);
        var limits = known > 0 && days >= (knowsMost || all >= BrakeRules.FewRecipients ? BrakeRules.LeastDays : BrakeRules.MonthDays)
            ? BrakeRules.Limits(largest.Hour, largest.Day, largest.CountedInDay, isRare: known < BrakeRules.FewDays, days) with { KnowsMost = knowsMost }
            : (BrakeLimits?)null;

        if (days > BrakeRules.LeastDays)
        {
            var most = limits ?? HardlyKnown;
            limits = known >= BrakeRules.DaysOfHours
                ? most with { Quiet = Math.Max(BrakeRules.LeastQuiet, largest.Day), QuietHours = BrakeRules.QuietHours(largest.Hours, days) }
                : most;
        }

        _limits = (today, limits);

        return limits;
    }

    /// <summary>Takes in the next quarter hour that has recipients.</summary>
    public void Add(MailboxQuarter quarter)
    {
        Ended = null;

        while (_window.TryPeek(out var old) && old.Quarter < BrakeRules.DayBefore(quarter.Quarter))
        {
            _window.Dequeue();
        }

        while (_over.TryPeek(out var over) && over.Day + DaysUntilForgiven <= BrakeRules.DayOf(quarter.Quarter))
        {
            _over.Dequeue();
            Learn(over.Day * BrakeRules.QuartersOfDay, over.Most);
        }

        var limits = LimitsAt(quarter.Quarter);
        _window.Enqueue(quarter);
        _first ??= quarter.Quarter;
        var (hour, day) = (0L, 0L);

        foreach (var one in _window)
        {
            (hour, day) = (one.Quarter >= BrakeRules.HourBefore(quarter.Quarter) ? hour + one.Recipients : hour, day + one.Recipients);
        }

        // What mail counts for is compared with what it counted for: who sends circulars may not send as much one by one.
        var sent = new LargestSent(
            BrakeRules.Sum(_window, BrakeRules.HourBefore(quarter.Quarter), to => to.Counted) ?? hour,
            day,
            BrakeRules.Sum(_window, long.MinValue, to => to.Counted) ?? day,
            BrakeRules.HourBit(quarter.Quarter));

        // In its first week a mailbox is compared with nothing, whomever it writes to.
        IsWorthALook = BrakeRules.DayOf(quarter.Quarter) - BrakeRules.DayOf(_first.Value) >= BrakeRules.LeastDays
            && BrakeRules.IsWorthALook(_window, limits);

        if (_open is { } open)
        {
            // What would be stopped again is the same stop: those that do not exist stay so all day.
            var goesOn = !IsCalm(limits, hour, day) || BrakeRules.FindStop(_window, limits, perHour) is not null;

            if (quarter.Quarter - open.SinceQuarter <= LongestEpisode && goesOn)
            {
                _open = open with { EndQuarter = quarter.Quarter + 1, Refused = open.Refused + quarter.Recipients };
                _most = _most.With(sent);
                return;
            }

            (Ended, _open) = (open, null);

            // A list that does not exist is nobody's habit.
            if (open.Cause is BrakeCause.Hour or BrakeCause.Day)
            {
                _over.Enqueue((BrakeRules.DayOf(open.EndQuarter - 1), _most));
            }
        }
        else if (BrakeRules.FindStop(_window, limits, perHour) is { } stop)
        {
            _open = stop;
            Forget(quarter.Quarter, limits);
            _most = sent with { Hours = HoursOfWindow() };
            return;
        }

        Learn(quarter.Quarter, sent);
        Meet(quarter);
    }

    /// <summary>Somebody has said that what went on until a quarter hour is right: it is learnt as a habit that holds at once.</summary>
    public void Release(long quarter)
    {
        var day = BrakeRules.SumOf(_window, long.MinValue, one => one.Recipients);
        var hour = _window.Select(one => HourUpTo(one.Quarter)).DefaultIfEmpty().Max();
        var hours = HoursOfWindow();
        _open = null;
        _over.Clear();
        _window.Clear();
        Learn(quarter - BrakeRules.QuartersOfDay, new(hour, day, day, hours));
    }

    private int HoursOfWindow() => _window.Aggregate(0, (hours, one) => hours | BrakeRules.HourBit(one.Quarter));

    private long HourUpTo(long quarter) =>
        BrakeRules.SumOf(_window, BrakeRules.HourBefore(quarter), one => one.Quarter <= quarter ? one.Recipients : 0);

    private bool IsCalm(BrakeLimits? limits, long hour, long day) =>
        limits is not { } most
            || (2 * hour <= most.Hour && day <= most.Day
                && 2 * _window.Where(one => BrakeRules.IsQuiet(one, most)).Sum(one => one.Recipients) <= most.Quiet
                && !(most.KnowsMost && BrakeRules.Sum(_window, long.MinValue, to => to.Strangers) > most.StrangersInDay));

    /// <summary>Recipients in the days before one, and whether enough of the messages after its first week went to whom it knew.</summary>
    private (long Recipients, bool KnowsMost) Met(long today)
    {
        var (recipients, messages, familiar) = (0L, 0L, 0L);

        foreach (var (when, met) in _met)
        {
            if (when < today && when >= today - BrakeRules.HabitDays)
            {
                recipients += met.Recipients;

                // In its first week everybody is a stranger.
                if (when >= BrakeRules.DayOf(_first!.Value) + BrakeRules.LeastDays)
                {
                    (messages, familiar) = (messages + met.Messages, familiar + met.Familiar);
                }
            }
        }

        return (recipients, messages >= BrakeRules.LeastMet && familiar >= BrakeRules.KnownShare * messages);
    }

    private void Meet(MailboxQuarter quarter)
    {
        var met = _met.GetValueOrDefault(BrakeRules.DayOf(quarter.Quarter));
        _met[BrakeRules.DayOf(quarter.Quarter)] = (
            met.Recipients + quarter.Recipients, met.Messages + (quarter.To?.Messages ?? quarter.Recipients), met.Familiar + (quarter.To?.Familiar ?? 0));
    }

    /// <summary>What was sent today at hours at which it never wrote belongs to what is stopped, and teaches no hour.</summary>
    private void Forget(long quarter, BrakeLimits? limits)
    {
        if (_days.TryGetValue(BrakeRules.DayOf(quarter), out var today))
        {
            _days[BrakeRules.DayOf(quarter)] = today with { Hours = today.Hours & ~(limits?.QuietHours ?? 0) };
        }
    }

    private void Learn(long quarter, in LargestSent sent)
    {
        var today = BrakeRules.DayOf(quarter);

        // The limits of a day follow from the days before it.
        _limits = _limits is { } kept && kept.Day <= today ? kept : null;
        _days[today] = _days.GetValueOrDefault(today).With(sent);

        if (_days.Count > 2 * BrakeRules.HabitDays)
        {
            foreach (var old in _days.Keys.Where(when => when < today - BrakeRules.HabitDays).ToList())
            {
                _days.Remove(old);
                _met.Remove(old);
            }
        }
    }
}
