namespace MailStats.Mail.Brake;

/// <summary>Walks through a mailbox's quarter hours, learns its habits and says when it leaves them.</summary>
/// <param name="perHour">The fixed limit; null for none.</param>
public sealed class MailboxPace(long? perHour)
{
    /// <summary>A week of quarter hours: what goes on for longer is the new habit.</summary>
    private const long LongestEpisode = 7 * 96;

    private static readonly BrakeLimits Unknown = new(
        BrakeLimits.None, BrakeLimits.None, BrakeLimits.None, BrakeLimits.None, KnowsMost: false, BrakeLimits.None, QuietHours: 0);

    /// <summary>What went on unlike the mailbox and was over by itself, and is not held against it any more after so many days.</summary>
    private const int DaysUntilForgiven = 5;

    private readonly Queue<MailboxQuarter> _window = new();
    private readonly Queue<(long Day, long Hour, long WholeDay, int Hours)> _over = new();
    private (long Hour, long Day, int Hours) _most;
    private readonly Dictionary<long, (long Hour, long Day, int Hours)> _days = [];
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

        var (hour, day, hours, known) = (0L, 0L, 0, 0);

        foreach (var (when, most) in _days)
        {
            if (when < today && when >= today - BrakeRules.HabitDays)
            {
                (hour, day, hours, known) = (Math.Max(hour, most.Hour), Math.Max(day, most.Day), hours | most.Hours, known + 1);
            }
        }

        // A mailbox of which nothing is known is compared with nothing: a first newsletter is no theft.
        var days = _first is { } first ? today - BrakeRules.DayOf(first) : 0;
        var (all, knowsMost) = Met(today);
        var limits = known > 0 && days >= (knowsMost || all >= BrakeRules.FewRecipients ? BrakeRules.LeastDays : BrakeRules.MonthDays)
            ? BrakeRules.Limits(hour, day, isRare: known < BrakeRules.FewDays, days) with { KnowsMost = knowsMost }
            : (BrakeLimits?)null;

        if (known >= BrakeRules.DaysOfHours && days > BrakeRules.LeastDays)
        {
            limits = (limits ?? Unknown) with { Quiet = Math.Max(BrakeRules.LeastQuiet, day), QuietHours = BrakeRules.QuietHours(hours) };
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
            Learn(over.Day * BrakeRules.QuartersOfDay, over.Hour, over.WholeDay, over.Hours);
        }

        var limits = LimitsAt(quarter.Quarter);
        _window.Enqueue(quarter);
        _first ??= quarter.Quarter;
        var (hour, day) = (0L, 0L);

        foreach (var one in _window)
        {
            (hour, day) = (one.Quarter >= BrakeRules.HourBefore(quarter.Quarter) ? hour + one.Recipients : hour, day + one.Recipients);
        }

        // In its first week a mailbox is compared with nothing, whomever it writes to.
        IsWorthALook = BrakeRules.DayOf(quarter.Quarter) - BrakeRules.DayOf(_first.Value) >= BrakeRules.LeastDays
            && BrakeRules.IsWorthALook(_window, limits);

        if (_open is { } open)
        {
            if (quarter.Quarter - open.SinceQuarter <= LongestEpisode && !IsCalm(limits, hour, day))
            {
                _open = open with { EndQuarter = quarter.Quarter + 1, Refused = open.Refused + quarter.Recipients };
                _most = (Math.Max(_most.Hour, hour), Math.Max(_most.Day, day), _most.Hours | BrakeRules.HourBit(quarter.Quarter));
                return;
            }

            (Ended, _open) = (open, null);

            // A list that does not exist is nobody's habit.
            if (open.Cause is BrakeCause.Hour or BrakeCause.Day)
            {
                _over.Enqueue((BrakeRules.DayOf(open.EndQuarter - 1), _most.Hour, _most.Day, _most.Hours));
            }
        }
        else if (BrakeRules.FindStop(_window, limits, perHour) is { } stop)
        {
            _open = stop;
            Forget(quarter.Quarter, limits);
            _most = (hour, day, _window.Aggregate(0, (hours, one) => hours | BrakeRules.HourBit(one.Quarter)));
            return;
        }

        Learn(quarter.Quarter, hour, day, BrakeRules.HourBit(quarter.Quarter));
        Meet(quarter);
    }

    /// <summary>Somebody has said that what went on until a quarter hour is right: it is learnt as a habit that holds at once.</summary>
    public void Release(long quarter)
    {
        var day = BrakeRules.SumOf(_window, long.MinValue, one => one.Recipients);
        var hour = _window.Select(one => HourUpTo(one.Quarter)).DefaultIfEmpty().Max();
        var hours = _window.Aggregate(0, (all, one) => all | BrakeRules.HourBit(one.Quarter));
        _open = null;
        _over.Clear();
        _window.Clear();
        Learn(quarter - BrakeRules.QuartersOfDay, hour, day, hours);
    }

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

    private void Learn(long quarter, long hour, long day, int hours)
    {
        var today = BrakeRules.DayOf(quarter);
        var known = _days.GetValueOrDefault(today);

        // The limits of a day follow from the days before it.
        _limits = _limits is { } kept && kept.Day <= today ? kept : null;
        _days[today] = (Math.Max(known.Hour, hour), Math.Max(known.Day, day), known.Hours | hours);

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
