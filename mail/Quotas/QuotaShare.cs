namespace MailStats.Mail.Quotas;

/// <summary>
/// How much of a limit a process may take ahead, to let mail through without asking others. All that is taken ahead together stays below the
/// limit and below the next threshold, so that whatever is to be told or refused is decided by one who sees everything.
/// </summary>
public static class QuotaShare
{
    /// <summary>Recipients.</summary>
    public const long Most = 1_000;

    /// <summary>Less is not worth a change of its own.</summary>
    public const long Least = 8;

    /// <summary>One share is at most this part of what is left: others want some too.</summary>
    private const int Part = 16;

    /// <summary>Whether so much may be taken ahead.</summary>
    /// <param name="thresholds">The tenant's.</param>
    /// <param name="limit">Recipients of the period.</param>
    /// <param name="taken">Used and reserved of it.</param>
    /// <param name="ahead">What all processes together may still let through by themselves.</param>
    public static bool Fits(IReadOnlyList<int> thresholds, long limit, long taken, long ahead) =>
        ahead == 0
        || (taken + ahead < limit
            && QuotaThresholds.Reached(thresholds, taken + ahead, limit).Count() == QuotaThresholds.Reached(thresholds, taken, limit).Count());

    /// <summary>How much one more may take ahead; 0 for nothing.</summary>
    /// <param name="thresholds">The tenant's.</param>
    /// <param name="limit">Recipients of the period.</param>
    /// <param name="taken">Used and reserved of it.</param>
    /// <param name="ahead">What others have taken ahead.</param>
    public static long Size(IReadOnlyList<int> thresholds, long limit, long taken, long ahead)
    {
        for (var size = Math.Min(Most, (limit - taken - ahead) / Part); size >= Least; size /= 2)
        {
            if (Fits(thresholds, limit, taken, ahead + size))
            {
                return size;
            }
        }

        return 0;
    }
}
