namespace MailStats.Notifier.Sending;

/// <summary>When to try again: pauses that double, up to an hour, a fifth of chance in each, until it is time to give up.</summary>
internal static class RetrySchedule
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <param name="attempts">Attempts made so far, 1 or more.</param>
    /// <param name="createdAt">When the notice came about.</param>
    /// <param name="now">When the last attempt ended.</param>
    /// <param name="options">First pause and end.</param>
    /// <param name="chance">0 to 1: spreads targets that failed together.</param>
    /// <returns>Null to give up.</returns>
    public static DateTimeOffset? Next(int attempts, DateTimeOffset createdAt, DateTimeOffset now, NotifierOptions options, double chance)
    {
        var pause = options.FirstRetry * Math.Pow(2, Math.Min(attempts - 1, 20));
        pause = pause < Longest ? pause : Longest;
        var next = now + (pause * (0.9 + (0.2 * chance)));

        return next - createdAt <= options.GiveUpAfter ? next : null;
    }
}
