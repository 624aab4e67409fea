namespace MailStats.Mail.Time;

/// <summary>Times as the stores keep them.</summary>
public static class UnixTime
{
    public const long MicrosecondsPerQuarter = 15L * 60 * 1_000_000;

    public static long ToMicroseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromMicroseconds(long microseconds) =>
        new(DateTimeOffset.UnixEpoch.Ticks + (microseconds * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    public static long Microseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Quarter hours since 1970 at which the quarter hour of a time began.</summary>
    public static long QuarterOf(long microseconds) => FloorDivide(microseconds, MicrosecondsPerQuarter);

    public static long QuarterOf(DateTimeOffset time) => QuarterOf(ToMicroseconds(time));

    /// <summary>Days since 1970, UTC.</summary>
    public static int DayOf(DateTimeOffset time) => (int)FloorDivide(QuarterOf(time), 96);

    public static DateTimeOffset StartOfQuarter(long quarter) => FromMicroseconds(quarter * MicrosecondsPerQuarter);

    public static long FloorDivide(long value, long divisor) =>
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor);
}
