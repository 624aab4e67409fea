namespace MailStats.Mail.Brake;

/// <summary>The most that a mailbox sent, on a day or on several.</summary>
/// <param name="Hour">Recipients in an hour, as they count (<see cref="Addressees.Counted"/>); all of them where it was not looked at whom it wrote to.</param>
/// <param name="Day">Recipients in a day.</param>
/// <param name="CountedInDay">Recipients in a day, as they count.</param>
/// <param name="Hours">A bit for each hour of the day, UTC, at which it wrote.</param>
internal readonly record struct LargestSent(long Hour, long Day, long CountedInDay, int Hours)
{
    public LargestSent With(in LargestSent other) => new(
        Math.Max(Hour, other.Hour), Math.Max(Day, other.Day), Math.Max(CountedInDay, other.CountedInDay), Hours | other.Hours);
}
