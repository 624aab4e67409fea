namespace MailStats.Incidents.Detection;

/// <summary>
/// When a domain usually sends, by the hour of the week. A pause is measured by the mail that should have come in it, so that nights and
/// weekends are no pauses.
/// </summary>
internal sealed class Rhythm
{
    /// <summary>Two weeks: before that nobody knows what is usual.</summary>
    public const int LeastHours = 2 * Week;

    /// <summary>Mail that should have come: less is missed by chance, or by a holiday of a sender of little.</summary>
    public const double LeastMissing = 50;

    /// <summary>Pauses happen: this one is as many times longer than any before.</summary>
    public const double Longer = 4;

    private const int Week = 168;

    /// <summary>A longest pause counts half after two months.</summary>
    private const double HourKept = 0.9995;

    private readonly float[] _usual = new float[Week];

    private long _hours;
    private double _pause;
    private double _longest;
    private int _count;

    public long LastStep { get; private set; } = long.MinValue;

    public void Add(long step, int first)
    {
        _count += first;
        LastStep = Math.Max(LastStep, step);
    }

    /// <summary>Ends an hour. True when the domain has stopped.</summary>
    public bool EndHour(long hour)
    {
        ref var usual = ref _usual[((hour % Week) + Week) % Week];
        _longest *= HourKept;
        _hours++;

        if (_count > 0)
        {
            (_longest, _pause) = (Math.Max(_longest, _pause), 0);
        }
        else
        {
            _pause += usual;
        }

        var stopped = _hours > LeastHours && _pause >= Math.Max(LeastMissing, Longer * _longest);

        if (!stopped)
        {
            usual += (_count - usual) / Math.Min(4, 1 + (_hours / Week));
        }

        _count = 0;

        return stopped;
    }
}
