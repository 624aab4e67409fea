using System.Globalization;
using MailStats.Mail.Deliveries;

namespace MailStats.Query.Links;

internal sealed partial record PageTexts
{
    public static PageTexts English { get; } = new()
    {
        Language = "en",
        Name = "English",
        Release = ReleaseTexts.English,
        Culture = CultureInfo.GetCultureInfo("en-GB"),
        Title = "What became of a message",
        LinkIsOver = "This link no longer works",
        WhyOver = "It has expired or was withdrawn, or what it showed is not kept any more.",
        AskForAnother = "Ask whoever sent it to you for another one.",
        Moment = "d MMM yyyy, HH:mm:ss",
        Headline = (status, receiver, at, tries) => status switch
        {
            DeliveryStatus.Delivered => $"Delivered: {receiver} took the message on {at}{(tries > 1 ? $", at the {Ordinal(tries)} try" : "")}.",
            DeliveryStatus.Deferred when tries > 1 => $"Not delivered yet: {receiver} has put the message off {tries} times, last on {at}.",
            DeliveryStatus.Deferred => $"Not delivered yet: {receiver} put the message off on {at}.",
            DeliveryStatus.Accepted => $"Not delivered yet: the message has been on its way to {receiver} since {at}.",
            DeliveryStatus.HardBounced => $"Not delivered: {receiver} refused the message for good on {at}.",
            DeliveryStatus.SoftBounced when tries > 1 => $"Not delivered: given up on {at}, after {tries} tries at {receiver}.",
            DeliveryStatus.SoftBounced => $"Not delivered: given up on {at}.",
            DeliveryStatus.Rejected => $"Never sent: the message was refused when it was submitted, on {at}.",
            DeliveryStatus.Complained => $"The recipient reported the message as unwanted on {at}.",
            _ => "Nothing is known yet of what became of the message.",
        },
        About = (to, from, subject) => subject is null ? $"To {to} from {from}." : $"To {to} from {from}, “{subject}”.",
        NullSender = "the mail system",
        WhatToDo = "What to do",
        WhatHappened = "What happened",
        Accepted = "Accepted",
        Try = number => $"{Ordinal(number)} try",
        NotTried = "No try",
        GivenUp = "Given up",
        Deferred = "put off",
        Delivered = "delivered",
        Bounced = "refused for good",
        Rejected = "Refused at submission",
        Complained = "Reported as unwanted",
        MoreAlike = (count, last) => count == 1 ? $"One more try like it, on {last}." : $"{count} more tries like it, the last on {last}.",
        LeftOut = count => count == 1 ? "One more try is not shown here." : $"{count} more tries are not shown here.",
        By = "by",
        Facts = "Facts",
        Recipient = "To",
        Sender = "From",
        Subject = "Subject",
        MessageId = "Message ID",
        QueueId = "Queue ID",
        Reason = "Reason",
        Receiver = "Receiver",
        Size = "Size",
        Bytes = count => $"{count} bytes",
        MailServer = "Mail server",
        OutgoingIp = "Outgoing address",
        Encryption = "Encryption",
        Foot = (zone, until) => $"All times are of the zone {zone}. This page shows one message and works until {until}.",
        Masked = "Addresses are shortened.",
        Reasons = new Dictionary<string, (string Name, string? Advice)>(StringComparer.Ordinal)
        {
            ["auth_dkim"] = ("DKIM failed", null),
            ["auth_dmarc"] = ("DMARC failed", null),
            ["auth_missing"] = ("Not authenticated", null),
            ["auth_spf"] = ("SPF failed", null),
            ["dns_failure"] = ("DNS failure", null),
            ["ip_blocklisted"] = ("IP on a blocklist", null),
            ["domain_blocklisted"] = ("Domain on a blocklist", null),
            ["reverse_dns"] = ("Reverse DNS missing", null),
            ["smtp_auth_required"] = ("SMTP authentication required", null),
            ["tls_failure"] = ("TLS failure", null),
            ["unknown"] = ("Not classified", null),
        },
    };

    private static string Ordinal(int number) => (number % 100) switch
    {
        11 or 12 or 13 => $"{number}th",
        _ => (number % 10) switch
        {
            1 => $"{number}st",
            2 => $"{number}nd",
            3 => $"{number}rd",
            _ => $"{number}th",
        },
    };
}
