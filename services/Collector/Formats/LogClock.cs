using System.Globalization;

namespace MailStats.Collector.Formats;

/// <summary>
/// Turns a log's stamps into UTC ticks. Fills in what a stamp leaves out: the year (across New Year) and the zone
/// (an hour that the clock repeats is recognised by the order of the lines).
/// </summary>
internal sealed class LogClock(TimeZoneInfo zone, Func<DateTimeOffset> now, int? year = null)
{
    public LogClock(TimeZoneInfo zone, DateTimeOffset now, int? year = null)
        : this(zone, () => now, year)
    {
    }

    /// <summary>Lines of one log are never further out of order than this.</summary>
    private static readonly long Disorder = TimeSpan.FromMinutes(1).Ticks;

    private long _previousUtc;
    private DateTime _previousLocal;
    private int? _firstYear = year;
    private DateTime _doubted;
    private bool _isDoubted;
    private long _hour = -1;
    private long _hourOffset;
    private long _hourLaterOffset;

    /// <summary>UTC ticks of the last stamp.</summary>
    public long Current => _previousUtc;

    /// <summary>Reading goes on after a stamp that an earlier run read.</summary>
    public void GoOnAfter(long utc) => _previousUtc = utc;

    /// <summary>A new file begins: its first stamp is dated afresh.</summary>
    public void BeginFile(int? firstYear)
    {
        _previousLocal = default;
        _doubted = default;
        _firstYear = firstYear;
    }

    /// <summary>A stamp without year and zone. 0 when there is no such day.</summary>
    public long FromMonthDay(int month, int day, long timeOfDay)
    {
        if (month is < 1 or > 12 || day is < 1 or > 31)
        {
            return 0;
        }

        var year = YearOf(month, day, timeOfDay);

        return year == 0 ? 0 : FromLocal(new DateTime(year, month, day).AddTicks(timeOfDay));
    }

    /// <summary>A stamp in the log's zone.</summary>
    public long FromLocal(DateTime local)
    {
        var hour = local.Ticks / TimeSpan.TicksPerHour;
        if (hour != _hour)
        {
            SetHour(hour, local);
        }

        var utc = local.Ticks - _hourOffset;
        if (_hourOffset != _hourLaterOffset && _previousUtc > utc + Disorder)
        {
            utc = local.Ticks - _hourLaterOffset;
        }

        if (!_isDoubted)
        {
            _previousLocal = local;
        }

        _isDoubted = false;
        _previousUtc = utc;

        return utc;
    }

    /// <summary>A stamp that names its time zone.</summary>
    public long FromUtc(long ticks)
    {
        _previousUtc = ticks;

        return ticks;
    }

    private void SetHour(long hour, DateTime local)
    {
        _hour = hour;
        if (zone.IsAmbiguousTime(local))
        {
            var offsets = zone.GetAmbiguousTimeOffsets(local);
            _hourOffset = offsets.Max().Ticks;
            _hourLaterOffset = offsets.Min().Ticks;
        }
        else
        {
            // In the hour that the clock skips, the offset before it holds.
            _hourOffset = zone.IsInvalidTime(local) ? zone.GetUtcOffset(local.AddHours(-1)).Ticks : zone.GetUtcOffset(local).Ticks;
            _hourLaterOffset = _hourOffset;
        }
    }

    private int YearOf(int month, int day, long timeOfDay)
    {
        if (_previousLocal == default)
        {
            return _firstYear is { } first ? Existing(first, month, day) : LatestPast(month, day, timeOfDay);
        }

        var year = _previousLocal.Year;
        if (Existing(year, month, day) == 0)
        {
            // The 29th of February: only another year can have it.
            return Math.Max(Existing(year + 1, month, day), Existing(year - 1, month, day));
        }

        var days = (new DateTime(year, month, day) - _previousLocal.Date).TotalDays;

        // December to January is the next year; a straggler from December after January's first lines is the last one.
        return days < -180 ? NextYear(year + 1, month, day)
            : days > 334 ? Existing(year - 1, month, day)
            : year;
    }

    /// <summary>A jump of more than a month into the next year counts only when the next line confirms it: one line may be damaged.</summary>
    private int NextYear(int year, int month, int day)
    {
        if (Existing(year, month, day) == 0)
        {
            return 0;
        }

        var date = new DateTime(year, month, day);
        _isDoubted = (date - _previousLocal).TotalDays > 31 && Math.Abs((date - _doubted).TotalDays) > 1;
        _doubted = date;

        return year;
    }

    private int LatestPast(int month, int day, long timeOfDay)
    {
        var latest = now().UtcDateTime.AddDays(1);
        for (var year = latest.Year; year > latest.Year - 5; year--)
        {
            if (Existing(year, month, day) != 0 && new DateTime(year, month, day).AddTicks(timeOfDay) <= latest)
            {
                return year;
            }
        }

        return 0;
    }

    private static int Existing(int year, int month, int day) =>
        year is > 0 and < 9999 && day <= CultureInfo.InvariantCulture.Calendar.GetDaysInMonth(year, month) ? year : 0;
}
