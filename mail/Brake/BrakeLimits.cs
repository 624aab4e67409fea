namespace MailStats.Mail.Brake;

/// <summary>What a mailbox may have before it is stopped.</summary>
/// <param name="Hour">Recipients in an hour.</param>
/// <param name="Day">Recipients in a day.</param>
/// <param name="Strangers">Recipients in an hour that it never wrote to; holds where <paramref name="KnowsMost"/>.</param>
/// <param name="StrangersInDay">The same in a day.</param>
/// <param name="KnowsMost">At least half of its messages go to whom it wrote to before: strangers tell of a thief, the others against one.</param>
/// <param name="Quiet">What it may have in a day at <paramref name="QuietHours"/>, as its recipients count (<see cref="Addressees"/>).</param>
/// <param name="QuietHours">A bit for each hour of the day, UTC, at which it never wrote, nor within <see cref="BrakeRules.QuietHours"/> of it.</param>
/// <param name="IsHardlyKnown">Too little is known to compare it with: recipients that do not exist tell sooner.</param>
/// <param name="InDayFromNew">All recipients of its largest day (three times as many at first): mail from networks it was never seen in is compared
/// with it, since a circular counts for more there than among strangers.</param>
public readonly record struct BrakeLimits(
    long Hour, long Day, long Strangers, long StrangersInDay, bool KnowsMost, long Quiet, int QuietHours, bool IsHardlyKnown = false,
    long InDayFromNew = 0)
{
    /// <summary>More than any mailbox has: where too little is known to compare it with.</summary>
    public const long None = 1_000_000_000_000;
}
