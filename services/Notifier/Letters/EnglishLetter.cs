using System.Globalization;
using MailStats.Contracts;

namespace MailStats.Notifier.Letters;

internal sealed class EnglishLetter : LetterWords
{
    public override string Code => "en";

    public override string Title => "your mail";

    public override string Recipients => "Recipients";

    public override string Delivered => "Delivered";

    public override string SoftBounces => "Soft bounces";

    public override string HardBounces => "Hard bounces";

    public override string Complaints => "Complaints";

    public override string Pending => "Still waiting";

    public override string Before => "Before";

    public override string Changed => "What changed by more than chance";

    public override string NothingChanged => "Nothing changed by more than chance.";

    public override string NoMail => "No mail was sent.";

    public override string Reasons => "Why mail failed";

    public override string Incidents => "Incidents";

    public override string NoIncidents => "There were none.";

    public override string GoesOn => "goes on";

    public override string ToDo => "The one thing to do";

    public override string NothingToDo => "Nothing: all is normal.";

    public override string Days => "Day by day: delivered (blue) and bounced (red)";

    public override string Footer => "Whoever administers MailStats can have this letter weekly, monthly, or not at all.";

    public override string Told(LetterTurn turn) => turn switch
    {
        LetterTurn.New => "new",
        LetterTurn.Gone => "gone",
        LetterTurn.More => "more",
        LetterTurn.Less => "less",
        LetterTurn.Chance => "as before",
        _ => "too few to say",
    };

    public override string Kind(IncidentKind kind) => kind switch
    {
        IncidentKind.Authentication => "Authentication failed",
        IncidentKind.Reputation => "Mail was refused for its reputation",
        IncidentKind.Configuration => "Something was set up wrongly",
        IncidentKind.Rate => "Mail was slowed down",
        IncidentKind.Content => "Mail was refused for its content",
        IncidentKind.Recipients => "Far more addresses than usual did not exist",
        IncidentKind.ReceiverOutage => "A receiver was in trouble",
        IncidentKind.OwnOutage => "Mail got out to nobody as usual",
        IncidentKind.Silence => "A domain stopped sending",
        _ => "Mail failed",
    };

    public override string Advice(IncidentKind kind) => kind switch
    {
        IncidentKind.Authentication => "Check SPF, DKIM, DMARC, the reverse name and TLS of what changed last.",
        IncidentKind.Reputation => "Find what caused the listing or the complaints, stop it, then ask for removal from the list.",
        IncidentKind.Configuration => "Undo the last change to your mail server, DNS or relay.",
        IncidentKind.Rate => "Send more slowly to this receiver; your server keeps trying.",
        IncidentKind.Content => "Hold the mailing back and look at its text, links and attachments.",
        IncidentKind.Recipients => "Stop the mailing and check where its list came from.",
        IncidentKind.ReceiverOutage => "Wait: the receiver is in trouble, and your server keeps trying.",
        IncidentKind.OwnOutage => "Check your server's network, outgoing port 25 and resolver.",
        IncidentKind.Silence => "Check whether the application still hands its mail to the server.",
        _ => "Read the replies of the incident.",
    };

    public override string Place(Incident incident) =>
        (incident.Domain is { } domain ? $" from {domain}" : "") + (incident.Provider is { } provider ? $" to {provider}" : "")
        + (incident.OutgoingIp is { } ip ? $" sent by {ip}" : "");

    public override string FailedRecipients(long count) => $"{Number(count)} recipients";

    public override string ShareChanged(string what, string now, string before) => $"{what}: {now}, before {before}";

    public override string LookAtReason(string reason) => $"Look at the bounces with the reason \"{reason}\": they became more frequent.";

    protected override NumberFormatInfo Numbers { get; } = new() { PercentPositivePattern = 0, PercentNegativePattern = 0, PercentGroupSeparator = "," };
}
