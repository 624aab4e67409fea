namespace MailStats.Mail.Brake;

public static partial class BrakeRules
{
    /// <summary>Whether it matters whom the mail of a last day went to: it is more than a mailbox may have strangers, or have at quiet hours.</summary>
    public static bool IsWorthALook(IReadOnlyCollection<MailboxQuarter> window, BrakeLimits? limits)
    {
        var hourFrom = window.Count == 0 ? 0 : HourBefore(window.Last().Quarter);
        var (hour, day, quiet) = (0L, 0L, 0L);

        foreach (var one in window)
        {
            hour += one.Quarter >= hourFrom ? one.Recipients : 0;
            day += one.Recipients;
            quiet += limits is { } known && IsQuiet(one, known) ? one.Recipients : 0;
        }

        return hour > Math.Min(limits?.Strangers ?? BrakeLimits.None, (long)(StrangersPart * LeastAnHour))
            || day > limits?.StrangersInDay || quiet > limits?.Quiet;
    }
}
