using System.Globalization;

namespace MailStats.Dashboard.Tests;

/// <summary>
/// Three days of two domains at three receivers. Microsoft refused one of them for DMARC for three hours, the day before yesterday;
/// Gmail slows the other down since two hours ago, and what it puts off waits.
/// </summary>
internal static class TroubledMail
{
    public const string Slowed = "shop.example";
    public const string Refused = "billing.example";

    public const string SlowedReply = "421-4.7.28 Gmail has detected an unusual rate of mail originating from your DKIM domain. For more information, "
        + "go to https://support.google.com/mail/?p=UnsolicitedRateLimitError <script>alert(1)</script>";

    private const int MinutesBetween = 4;
    private const int Days = 3;

    private static readonly (string Domain, string Receiver)[] _ways =
    [
        (Slowed, "gmail.com"), (Slowed, "yahoo.com"), (Slowed, "outlook.com"), (Refused, "gmail.com"), (Refused, "yahoo.com"), (Refused, "outlook.com"),
    ];

    public static (IReadOnlyList<object> Events, int Recipients) Until(DateTimeOffset now)
    {
        var events = new List<object>();
        var recipients = 0;
        var stepsInAll = Days * 24 * 60 / MinutesBetween;

        for (var step = stepsInAll; step >= 1; step--)
        {
            foreach (var (domain, receiver) in _ways)
            {
                recipients++;
                events.AddRange(Message(now.AddMinutes(-step * MinutesBetween), now, domain, receiver, recipients));
            }
        }

        return (events, recipients);
    }

    private static IEnumerable<object> Message(DateTimeOffset accepted, DateTimeOffset now, string domain, string receiver, int number)
    {
        var ago = now - accepted;

        if (domain == Slowed && receiver == "gmail.com" && ago < TimeSpan.FromMinutes(121))
        {
            // Put off at once, and again every half hour.
            for (var at = accepted.AddSeconds(2); at < now; at = at.AddMinutes(30))
            {
                yield return Outcome("deferred", at, accepted, domain, receiver, number, SlowedReply);
            }

            yield break;
        }

        if (domain == Refused && receiver == "outlook.com" && ago.TotalHours is < 46 and > 43)
        {
            yield return Outcome(
                "bounced", accepted.AddSeconds(2), accepted, domain, receiver, number,
                "550 5.7.509 Access denied, sending domain billing.example does not pass DMARC verification and has a DMARC policy of reject.");

            yield break;
        }

        if (number % 41 == 0)
        {
            yield return Outcome("bounced", accepted.AddSeconds(2), accepted, domain, receiver, number, "550 5.1.1 No such user here");

            yield break;
        }

        if (number % 29 == 0)
        {
            yield return Outcome("deferred", accepted.AddSeconds(2), accepted, domain, receiver, number, "451 4.7.1 Greylisted, please try again later");
        }

        yield return Outcome("delivered", accepted.AddSeconds(4 + (number % 7)), accepted, domain, receiver, number, "250 2.0.0 OK");

        if (domain == Slowed && number % 600 == 1)
        {
            yield return Outcome("complained", accepted.AddSeconds(60), accepted, domain, receiver, number, null);
        }
    }

    private static object Outcome(
        string outcome, DateTimeOffset at, DateTimeOffset accepted, string domain, string receiver, int number, string? reply) => new
        {
            @event = outcome, occurredAt = at, acceptedAt = accepted, queueId = string.Create(CultureInfo.InvariantCulture, $"4T{number:D5}x"),
            host = "mx1.harbor.example", recipient = string.Create(CultureInfo.InvariantCulture, $"person{number}@{receiver}"),
            sender = $"news@{domain}", subject = string.Create(CultureInfo.InvariantCulture, $"News number {number}"), reply,
        };
}
