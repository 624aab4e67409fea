using MailStats.Contracts;

namespace MailStats.Collector.Follow;

/// <summary>When to collect. Pure: what the settings, the last collection and the clock say.</summary>
internal static class CollectionPlan
{
    /// <summary>
    /// True when a collection is due. One that was missed, because nothing ran or Ingest was away, is due at once; so it is
    /// when the clock was set back behind the last one.
    /// </summary>
    public static bool IsDue(CollectionSettings settings, long collectedAt, DateTimeOffset now) =>
        settings is { Enabled: true, Continuous: false }
        && (collectedAt > now.UtcTicks || now.UtcTicks - collectedAt >= TimeSpan.FromHours(Math.Clamp(settings.IntervalHours, 1, 24)).Ticks);

    public static bool IsContinuous(CollectionSettings settings) => settings is { Enabled: true, Continuous: true };
}
