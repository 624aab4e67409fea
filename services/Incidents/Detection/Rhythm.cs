namespace MailStats.Incidents.Detection;

/// <summary>
/// When a domain usually sends, by the hour of the week. A pause is measured by the mail and by the busy hours that should have come in it,
/// so that nights and weekends are no pauses, and one large mailing makes no hour of the week a busy one.
/// </summary>
internal sealed class Rhythm
{
    /// <summary>Two weeks: before that nobody knows what is usual.</summary>
    public const int LeastHours = 2 * Week;

    /// <summary>Mail that should have come: less is missed by chance, or by a holiday of a sender of little.</summary>
    public const double LeastMissing = 50;

    /// <summary>Hours with mail that should have come: three where every hour has some.</summary>
    public const double LeastBusyHours = 2.5;

    /// <summary>Pauses happen: this one is as many times longer than any before.</summary>
    public const double Longer = 4;

    private const int Week = 168;

    /// <summary>A longest pause counts half after two months.</summary>
    private const double HourKept = 0.9995;

    /// <summary>No hour counts for more than this many usual hours: a mailing is an event, not a habit.</summary>
    private const double MostOfAnHour = 4;

    private float[] _usual = new float[Week];
    private float[] _busy = new float[Week];

    private long _hours;
    private double _anHour;
    private (double Mail, double Busy) _pause;
    private (double Mail, double Busy) _longest;
    private int _count;

    public long LastStep { get; private set; } = long.MinValue;

    public Rhythm Copy()
    {
        var copy = (Rhythm)MemberwiseClone();
        (copy._usual, copy._busy) = ([.. _usual], [.. _busy]);

        return copy;
    }

    public void Add(long step, int first)
    {
        _count += first;
        LastStep = Math.Max(LastStep, step);
    }

    /// <summary>
    /// Mail of this hour of the week beside that of the same hour on the average day, at most 1: little on weekends of most senders. 1 while no
    /// week is known.
    /// </summary>
    public double ShareOfDay(long hour)
    {
        if (_hours <= Week)
        {
            return 1;
        }

        var (mine, all) = (Three(hour), 0.0);

        for (var day = 0; day < 7; day++)
        {
            all += Three(hour + (24 * day));
        }

        return all <= 0 ? 1 : Math.Min(1, 7 * mine / all);
    }

    /// <summary>Ends an hour. True when the domain has stopped.</summary>
    public bool EndHour(long hour)
    {
        var of = OfWeek(hour);
        _longest = (_longest.Mail * HourKept, _longest.Busy * HourKept);
        _hours++;

        if (_count > 0)
        {
            (_longest, _pause) = ((Math.Max(_longest.Mail, _pause.Mail), Math.Max(_longest.Busy, _pause.Busy)), default);
        }
        else
        {
            _pause = (_pause.Mail + _usual[of], _pause.Busy + _busy[of]);
        }

        var stopped = _hours > LeastHours
            && _pause.Mail >= Math.Max(LeastMissing, Longer * _longest.Mail) && _pause.Busy >= Math.Max(LeastBusyHours, Longer * _longest.Busy);

        if (!stopped)
        {
            Learn(of);
        }

        _count = 0;

        return stopped;
    }

    private double Three(long hour) => _usual[OfWeek(hour - 1)] + _usual[OfWeek(hour)] + _usual[OfWeek(hour + 1)];

    private static long OfWeek(long hour) => ((hour % Week) + Week) % Week;

    private void Learn(long of)
    {
        var weeks = Math.Min(4, 1 + (_hours / Week));
        var counted = _hours <= Week ? _count : Math.Min(_count, MostOfAnHour * (_anHour + 1));
        _anHour += (counted - _anHour) / Math.Min(_hours, 2 * Week);
        _usual[of] += (float)((counted - _usual[of]) / weeks);
        _busy[of] += ((_count > 0 ? 1 : 0) - _busy[of]) / weeks;
    }
}
