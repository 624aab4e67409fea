namespace MailStats.Mail.Brake;

/// <summary>Walks through a mailbox's quarter hours, learns its habits and says when it leaves them.</summary>
/// <param name="perHour">The fixed limit; null for none.</param>
public sealed class MailboxPace(long? perHour)
{
    /// <summary>A week of quarter hours: what goes on for longer is the new habit.</summary>
    private const long LongestEpisode = 7 * 96;

    /// <summary>What went on unlike the mailbox and was over by itself, and is not held against it any more after so many days.</summary>
    private const int DaysUntilForgiven = 5;

    private readonly Queue<MailboxQuarter> _window = new();
    private readonly Queue<(long Day, long Hour, long WholeDay)> _over = new();
    private (long Hour, long Day) _most;
    private readonly Dictionary<long, (long Hour, long Day)> _days = [];
    private readonly Dictionary<long, (long Recipients, long Known)> _met = [];
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

        var (hour, day, known) = (0L, 0L, 0);

        foreach (var (when, most) in _days)
        {
            if (when < today && when >= today - BrakeRules.HabitDays)
            {
                (hour, day, known) = (Math.Max(hour, most.Hour), Math.Max(day, most.Day), known + 1);
            }
        }

        // A mailbox of which nothing is known is compared with nothing: a first newsletter is no theft.
        var days = _first is { } first ? today - BrakeRules.DayOf(first) : 0;
        var (all, knowsMost) = Met(today);
        var limits = known > 0 && days >= (knowsMost || all >= BrakeRules.FewRecipients ? BrakeRules.LeastDays : BrakeRules.MonthDays)
            ? BrakeRules.Limits(hour, day, isRare: known < BrakeRules.FewDays, days, knowsMost)
            : (BrakeLimits?)null;
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
            Learn(over.Day * BrakeRules.QuartersOfDay, over.Hour, over.WholeDay);
        }

        var limits = LimitsAt(quarter.Quarter);
        _window.Enqueue(quarter);
        _first ??= quarter.Quarter;
        var (hour, day) = (0L, 0L);

        foreach (var one in _window)
        {
            (hour, day) = (one.Quarter >= BrakeRules.HourBefore(quarter.Quarter) ? hour + one.Recipients : hour, day + one.Recipients);
        }

        IsWorthALook = BrakeRules.IsWorthALook(hour, limits);

        if (_open is { } open)
        {
            if (quarter.Quarter - open.SinceQuarter <= LongestEpisode && !IsCalm(limits, hour, day))
            {
                _open = open with { EndQuarter = quarter.Quarter + 1, Refused = open.Refused + quarter.Recipients };
                _most = (Math.Max(_most.Hour, hour), Math.Max(_most.Day, day));
                return;
            }

            (Ended, _open) = (open, null);

            // A list that does not exist is nobody's habit.
            if (open.Cause is BrakeCause.Hour or BrakeCause.Day)
            {
                _over.Enqueue((BrakeRules.DayOf(open.EndQuarter - 1), _most.Hour, _most.Day));
            }
        }
        else if (BrakeRules.FindStop(_window, limits, perHour) is { } stop)
        {
            _open = stop;
            _most = (hour, day);
            return;
        }

        Learn(quarter.Quarter, hour, day);
        Meet(quarter);
    }

    /// <summary>Somebody has said that what went on until a quarter hour is right: it is learnt as a habit that holds at once.</summary>
    public void Release(long quarter)
    {
        var day = BrakeRules.SumOf(_window, long.MinValue, one => one.Recipients);
        var hour = _window.Select(one => HourUpTo(one.Quarter)).DefaultIfEmpty().Max();
        _open = null;
        _over.Clear();
        _window.Clear();
        Learn(quarter - BrakeRules.QuartersOfDay, hour, day);
    }

    private long HourUpTo(long quarter) =>
        BrakeRules.SumOf(_window, BrakeRules.HourBefore(quarter), one => one.Quarter <= quarter ? one.Recipients : 0);

    private static bool IsCalm(BrakeLimits? limits, long hour, long day) =>
        limits is not { } most || (2 * hour <= most.Hour && day <= most.Day);

    /// <summary>Recipients in the days before one, and whether enough of those after its first week were known.</summary>
    private (long Recipients, bool KnowsMost) Met(long today)
    {
        var (recipients, counted, known) = (0L, 0L, 0L);

        foreach (var (when, met) in _met)
        {
            if (when < today && when >= today - BrakeRules.HabitDays)
            {
                recipients += met.Recipients;

                // In its first week everybody is a stranger.
                if (when >= BrakeRules.DayOf(_first!.Value) + BrakeRules.LeastDays)
                {
                    (counted, known) = (counted + met.Recipients, known + met.Known);
                }
            }
        }

        return (recipients, counted >= BrakeRules.LeastMet && known >= BrakeRules.KnownShare * counted);
    }

    private void Meet(MailboxQuarter quarter)
    {
        var met = _met.GetValueOrDefault(BrakeRules.DayOf(quarter.Quarter));
        _met[BrakeRules.DayOf(quarter.Quarter)] = (
            met.Recipients + quarter.Recipients, met.Known + (quarter.Strangers is { } strangers ? quarter.Recipients - strangers : 0));
    }

    private void Learn(long quarter, long hour, long day)
    {
        var today = BrakeRules.DayOf(quarter);
        var known = _days.GetValueOrDefault(today);

        // The limits of a day follow from the days before it.
        _limits = _limits is { } kept && kept.Day <= today ? kept : null;
        _days[today] = (Math.Max(known.Hour, hour), Math.Max(known.Day, day));

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
