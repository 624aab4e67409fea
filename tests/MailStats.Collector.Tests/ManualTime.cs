namespace MailStats.Collector.Tests;

/// <summary>A clock that stands until it is moved. Timers fire at once: nothing waits.</summary>
internal sealed class ManualTime(DateTimeOffset now) : TimeProvider
{
    private long _timestamp;

    public DateTimeOffset Now { get; private set; } = now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by)
    {
        Now += by;
        Interlocked.Add(ref _timestamp, by.Ticks);
    }

    /// <summary>Sets the clock without time passing.</summary>
    public void Set(DateTimeOffset now) => Now = now;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Interlocked.Read(ref _timestamp);
}
