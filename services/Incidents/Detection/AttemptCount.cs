namespace MailStats.Incidents.Detection;

/// <summary>Attempts of one step of time with the same place and outcome.</summary>
/// <param name="Step">Number of the step of <see cref="Steps.Length"/> since 1970.</param>
/// <param name="Place">Domain and provider, and the outgoing address where it is known.</param>
/// <param name="Cause">Why they failed; <see cref="FailureClass.None"/> for what was delivered.</param>
/// <param name="Attempts">All of them.</param>
/// <param name="First">
/// How many of them were the first attempt of their delivery. Chance is judged by these: mail that waits is tried again and again,
/// and ten tries of one recipient are one misfortune.
/// </param>
internal readonly record struct AttemptCount(long Step, Place Place, FailureClass Cause, int Attempts, int First);

/// <summary>The detector's pace.</summary>
internal static class Steps
{
    public static TimeSpan Length { get; } = TimeSpan.FromMinutes(5);

    public const int Hour = 12;
    public const int Day = 24 * Hour;

    public static long Of(DateTimeOffset at) => Math.DivRem(at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks, Length.Ticks).Quotient;

    public static DateTimeOffset Start(long step) => DateTimeOffset.UnixEpoch.AddTicks(step * Length.Ticks);
}
