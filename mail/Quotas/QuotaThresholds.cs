namespace MailStats.Mail.Quotas;

/// <summary>The shares of a limit at which people are notified.</summary>
public static class QuotaThresholds
{
    /// <summary>The border between blue and orange, in percent. "80 % or less" is blue, so this one is passed, not met.</summary>
    public const int Orange = 80;

    /// <summary>Mail is blocked. Always among a tenant's thresholds.</summary>
    public const int Blocked = 100;

    public static readonly IReadOnlyList<int> Default = [80, 90, 100];

    /// <summary>80 is reached by more than 80 %; every other threshold by that share itself.</summary>
    public static bool IsReached(int threshold, long taken, long limit)
    {
        var share = (Int128)taken * 100;
        var border = (Int128)limit * threshold;

        return threshold == Orange ? share > border : share >= border;
    }

    /// <summary>The thresholds that are reached, ascending.</summary>
    public static IEnumerable<int> Reached(IEnumerable<int> thresholds, long taken, long limit) =>
        thresholds.Where(threshold => IsReached(threshold, taken, limit)).Order();
}
