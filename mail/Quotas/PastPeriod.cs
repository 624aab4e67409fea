namespace MailStats.Mail.Quotas;

/// <param name="Period">The billing month.</param>
/// <param name="Used">Recipients accepted in it.</param>
/// <param name="Limit">The limit at its end, null without one.</param>
public sealed record PastPeriod(QuotaPeriod Period, long Used, long? Limit)
{
    /// <summary>How many billing months are shown: two years and the one before.</summary>
    public const int Shown = 25;
}
