using System.Globalization;
using MailStats.Mail.Addresses;
using MailStats.Mail.Brake;
using MailStats.Mail.Quotas;
using MailStats.Mail.Suppression;

namespace MailStats.Policy.Decisions;

/// <summary>The SMTP reply of a refusal: what is used, the limit, and when it is whole again in the tenant's zone.</summary>
internal static class RefusalText
{
    public static string Of(QuotaStanding standing, int recipients)
    {
        var code = standing.Temporary ? "451 4.7.1" : "550 5.7.1";
        var resets = ResetTime(standing);
        var span = standing.Window == QuotaWindow.Day ? "today" : "this month";

        if (standing.Remaining is > 0 and var remaining)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{code} Message has {recipients} recipients but only {remaining} remain {span} ({standing.Taken} of {standing.Limit} used); resets {resets}");
        }

        var name = standing.Window == QuotaWindow.Day ? "Daily" : "Monthly";
        var owner = standing.Scope switch
        {
            { Mailbox: { } mailbox } => $" of {Printable(mailbox)}",
            { Domain: { } domain } => $" of {Printable(domain)}",
            _ => "",
        };

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{code} {name} sending quota{owner} reached ({standing.Taken} of {standing.Limit} recipients); resets {resets}");
    }

    /// <summary>For a mailbox that is stopped.</summary>
    public static string OfStopped(string mailbox, BrakeCause cause) =>
        $"451 4.7.1 Sending of {Printable(mailbox)} is paused: " + cause switch
        {
            BrakeCause.UnknownRecipients => "many of its recipients do not exist",
            BrakeCause.FixedLimit => "too many recipients in an hour",
            BrakeCause.UnknownNetwork => "many recipients from a network that it was never seen in",
            _ => "far more recipients than usual",
        } + "; the administrator can release it";

    /// <summary>For a recipient on the suppression list.</summary>
    public static string Of(string recipient, SuppressionEntry entry)
    {
        var cause = entry.Cause switch
        {
            SuppressionCause.HardBounce => "hard bounce",
            SuppressionCause.Complaint => "complaint",
            SuppressionCause.Import => "imported",
            SuppressionCause.Provider => "the provider's own list",
            _ => "added by hand",
        };
        // What people wrote as the reason is for themselves; the classifier's is a word.
        var reason = entry is { Reason: { } word, Cause: SuppressionCause.HardBounce or SuppressionCause.Provider } ? $", {Printable(word)}" : "";

        return string.Create(
            CultureInfo.InvariantCulture,
            $"550 5.1.1 {Printable(recipient)} is on the suppression list ({cause}{reason}) since {entry.CreatedAt.UtcDateTime:yyyy-MM-dd}");
    }

    /// <summary>For example <c>2026-12-01 00:00 America/Toronto</c>.</summary>
    private static string ResetTime(QuotaStanding standing)
    {
        var local = TimeZoneInfo.ConvertTime(standing.Period.End, TimeZoneInfo.FindSystemTimeZoneById(standing.TimeZone));

        return string.Create(CultureInfo.InvariantCulture, $"{local:yyyy-MM-dd HH:mm} {standing.TimeZone}");
    }

    // SMTP replies are printable ASCII (RFC 5321 §4.2); an address may hold more.
    private static string Printable(string text) =>
        string.Create(text.Length, text, (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
            {
                target[i] = source[i] is > ' ' and < '\x7f' ? source[i] : '?';
            }
        });
}
