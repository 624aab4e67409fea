namespace MailStats.Incidents.Detection;

/// <summary>
/// When a domain usually sends, by the hour of the week. A pause is measured by the mail that should have come in it,
/// and by how seldom such hours are without any, so that nights and weekends are no pauses, and one large mailing makes no hour of the week
/// a busy one.
/// </summary>
internal sealed class Rhythm
{
    /// <summary>Two weeks: before that nobody knows what is usual.</summary>
    public const int LeastHours = 2 * Week;

    /// <summary>Mail that should have come: less is nobody's incident.</summary>
    public const double LeastMissing = 25;

    /// <summary>Nats against chance: three hours without mail where every hour of four weeks had some.</summary>
    public const double LeastUnlikely = 9;

    /// <summary>Pauses happen: this one is as many times less likely than any before, in nats.</summary>
    public const double Longer = 2;

    /// <summary>A pause that was told is no habit: so much of it, as it was told, counts as one.</summary>
    private const double OfTold = 0.75;

    private const int Week = 168;

    /// <summary>A longest pause counts half after two months.</summary>
    private const double HourKept = 0.9995;

    /// <summary>No hour counts for more than this many usual hours: a mailing is an event, not a habit.</summary>
    private const double MostOfAnHour = 4;

    private float[] _usual = new float[Week];
    private float[] _busy = new float[Week];

    private long _hours;
    private double _anHour;
    private double _missing;
    private double _pause;
    private double _told;
    private double _longest;
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

        var (mine, all) = (Three(_usual, hour), 0.0);

        for (var day = 0; day < 7; day++)
        {
            all += Three(_usual, hour + (24 * day));
        }

        return all <= 0 ? 1 : Math.Min(1, 7 * mine / all);
    }

    /// <summary>Ends an hour. True when the domain has stopped.</summary>
    public bool EndHour(long hour)
    {
        var of = OfWeek(hour);
        _longest *= HourKept;
        _hours++;

        if (_count > 0)
        {
            _longest = Math.Max(_longest, _told > 0 ? OfTold * _told : _pause);
            (_missing, _pause, _told) = (0, 0, 0);
        }
        else
        {
            (_missing, _pause) = (_missing + _usual[of], _pause + Unlikely(hour));
        }

        var stopped = _hours > LeastHours && _missing >= LeastMissing && _pause >= Math.Max(LeastUnlikely, Longer * _longest);

        if (stopped && _told == 0)
        {
            _told = _pause;
        }

        if (!stopped)
        {
            Learn(of);
        }

        _count = 0;

        return stopped;
    }

    /// <summary>How little chance explains that an hour of the week is without mail, in nats: by the weeks that had some in it or beside it.</summary>
    private double Unlikely(long hour)
    {
        var seen = 3.0 * Weeks;

        return -Math.Log(1 - (seen * Three(_busy, hour) / 3 / (seen + 0.5)));
    }

    private double Weeks => Math.Min(4, 1 + (_hours / Week));

    private static double Three(float[] hours, long hour) => hours[OfWeek(hour - 1)] + hours[OfWeek(hour)] + hours[OfWeek(hour + 1)];

    private static long OfWeek(long hour) => ((hour % Week) + Week) % Week;

    private void Learn(long of)
    {
        var weeks = Weeks;
        var counted = _hours <= Week ? _count : Math.Min(_count, MostOfAnHour * (_anHour + 1));
        _anHour += (counted - _anHour) / Math.Min(_hours, 2 * Week);
        _usual[of] += (float)((counted - _usual[of]) / weeks);
        _busy[of] += (float)(((_count > 0 ? 1 : 0) - _busy[of]) / weeks);
    }
}
