using System.Globalization;

namespace MailStats.Dashboard.Tests;

/// <summary>Mail of two weeks: the same in every run but for its end, which is now.</summary>
internal static class SampleMail
{
    private static readonly (string Domain, string[] Mailboxes, int Share)[] _senders =
    [
        ("shop.example", ["orders", "news", "returns"], 5),
        ("billing.example", ["invoices"], 3),
        ("alerts.example", ["noreply"], 1),
    ];

    private static readonly (string Event, int? Code, string? Enhanced, string? Reply)[] _fates =
    [
        ("delivered", 250, "2.0.0", "250 2.0.0 OK"),
        ("delivered", 250, "2.0.0", "250 2.0.0 OK"),
        ("delivered", 250, "2.0.0", "250 2.0.0 OK"),
        ("delivered", 250, "2.0.0", "250 2.0.0 OK"),
        ("bounced", 550, "5.1.1", "550 5.1.1 The email account that you tried to reach does not exist. "
            + "For more information, go to https://support.google.com/mail/?p=NoSuchUser abc123 - gsmtp"),
        ("bounced", 552, "5.2.2", "552 5.2.2 Mailbox full"),
        ("deferred", 451, "4.7.1", "451 4.7.1 Greylisted, please try again later"),
        ("bounced", 554, null, "554 zq7 qwx 93 fnord <script>alert(1)</script> javascript:alert(2)"),
    ];

    public static (IReadOnlyList<object> Events, long Recipients) Fortnight(DateTimeOffset now)
    {
        var events = new List<object>();
        var messages = 0;

        for (var day = 13; day >= 0; day--)
        {
            foreach (var (domain, mailboxes, share) in _senders)
            {
                for (var i = 0; i < share * (day < 7 ? 5 : 4); i++)
                {
                    messages++;
                    events.AddRange(Message(now, day, domain, mailboxes[i % mailboxes.Length], messages));
                }
            }
        }

        return (events, messages);
    }

    private static IEnumerable<object> Message(DateTimeOffset now, int daysAgo, string domain, string mailbox, int number)
    {
        var accepted = now.AddDays(-daysAgo).AddSeconds(-30 - (number % 50));
        var fate = _fates[number % _fates.Length];
        var queueId = string.Create(CultureInfo.InvariantCulture, $"4Q{number:D5}x");
        var recipient = string.Create(CultureInfo.InvariantCulture, $"person{number}@gmail.com");
        var sender = $"{mailbox}@{domain}";

        yield return new
        {
            @event = "accepted", occurredAt = accepted, queueId, host = "mx1.shop.example", recipient, sender,
            subject = string.Create(CultureInfo.InvariantCulture, $"Message number {number}"), bytes = 1000 + number,
            spamScore = number % 5 == 0 ? 1.5 : (double?)null,
        };
        yield return new
        {
            @event = fate.Event, occurredAt = accepted.AddSeconds(5), acceptedAt = accepted, queueId, host = "mx1.shop.example", recipient, sender,
            subject = string.Create(CultureInfo.InvariantCulture, $"Message number {number}"),
            remoteHost = "gmail-smtp-in.l.google.com", replyCode = fate.Code, enhancedCode = fate.Enhanced, reply = fate.Reply, bytes = 1000 + number,
        };
    }
}
