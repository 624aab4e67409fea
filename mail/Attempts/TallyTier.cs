using MailStats.Mail.Time;

namespace MailStats.Mail.Attempts;

/// <summary>What a line of the second ledger counts, and in which stretches of time.</summary>
// Stored as a number: append only.
public enum TallyTier
{
    /// <summary>Attempts, when they happened.</summary>
    FiveMinutes = 0,

    /// <summary>The same where five minutes are no longer kept.</summary>
    Hours = 1,

    /// <summary>Times to deliver, by the quarter hour in which the message was accepted.</summary>
    Quarters = 2,

    /// <summary>The same by UTC day, where quarter hours are no longer kept.</summary>
    Days = 3,
}

/// <summary>The stretches of time of a tier: whole numbers of them since 1970.</summary>
public static class TallyTimes
{
    public static TimeSpan Length(this TallyTier tier) => tier switch
    {
        TallyTier.FiveMinutes => TimeSpan.FromMinutes(5),
        TallyTier.Hours => TimeSpan.FromHours(1),
        TallyTier.Quarters => TimeSpan.FromMinutes(15),
        TallyTier.Days => TimeSpan.FromDays(1),
        _ => throw new ArgumentOutOfRangeException(nameof(tier), tier, "A tier of the second ledger is 0 to 3."),
    };

    public static long BucketOf(this TallyTier tier, long microseconds) => UnixTime.FloorDivide(microseconds, UnixTime.Microseconds(tier.Length()));

    public static long BucketOf(this TallyTier tier, DateTimeOffset time) => tier.BucketOf(UnixTime.ToMicroseconds(time));

    public static DateTimeOffset StartOf(this TallyTier tier, long bucket) => UnixTime.FromMicroseconds(bucket * UnixTime.Microseconds(tier.Length()));

    /// <summary>The first bucket that begins at a time or after it.</summary>
    public static long BucketAtOrAfter(this TallyTier tier, DateTimeOffset time) =>
        tier.BucketOf(UnixTime.ToMicroseconds(time) + UnixTime.Microseconds(tier.Length()) - 1);

    /// <summary>The coarser tier that a tier is folded into, null for those that stay.</summary>
    public static TallyTier? Coarser(this TallyTier tier) => tier switch
    {
        TallyTier.FiveMinutes => TallyTier.Hours,
        TallyTier.Quarters => TallyTier.Days,
        _ => null,
    };
}
