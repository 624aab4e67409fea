using System.Globalization;
using MailStats.Contracts;
using Found = MailStats.Incidents.Detection.Incident;

namespace MailStats.Incidents.Telling;

/// <summary>What is said of an incident, in plain sentences.</summary>
internal static class IncidentText
{
    public static string Summary(Found found, string? reason, double rate)
    {
        var place = found.Place;

        if (found.IsSilence)
        {
            return place.Domain is null
                ? "All mail has stopped: nothing came from any domain, though you usually send at this time."
                : $"A domain has stopped sending: nothing came from {place.Domain}, though it usually sends at this time and other domains do.";
        }

        var from = place.Domain is { } domain ? $" from {domain}" : "";
        var to = place.Provider is { } provider ? $" to {provider}" : "";
        var by = place.OutgoingIp is { } ip ? $" sent by {ip}" : "";
        var why = reason is null ? "" : $" (mostly {reason.Replace('_', ' ')})";

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{What(found.Kind)}: mail{from}{to}{by} fails for {found.Failed:0} recipients so far{why}. "
            + $"{100 * rate:0.#} % of first attempts fail, where {Usual(found.UsualRate)} is usual.");
    }

    /// <param name="kind">The incident's kind.</param>
    /// <param name="ofReply">What the classifier advises for the most frequent reply.</param>
    public static string Advice(IncidentKind kind, string? ofReply)
    {
        var own = kind switch
        {
            IncidentKind.Authentication => "Check SPF, DKIM, DMARC, the reverse name and TLS of what changed last.",
            IncidentKind.Reputation => "Find what caused the listing or the complaints, stop it, then ask for removal from the list.",
            IncidentKind.Configuration => "Undo the last change to your mail server, DNS or relay.",
            IncidentKind.Rate => "Send more slowly to this receiver; your server keeps trying.",
            IncidentKind.Content => "Hold the mailing back and look at its text, links and attachments.",
            IncidentKind.Recipients => "Stop the mailing and check where its list came from.",
            IncidentKind.ReceiverOutage => "The receiver is in trouble. There is nothing to repair on your side; your server keeps trying.",
            IncidentKind.OwnOutage => "Check your server's network, outgoing port 25 and resolver: no receiver can be reached as usual.",
            IncidentKind.Silence =>
                "Check whether the application still hands its mail to the server, and whether the server's log or webhooks still reach MailStats.",
            _ => "Read the replies below.",
        };

        return string.IsNullOrEmpty(ofReply) || kind is IncidentKind.OwnOutage or IncidentKind.Recipients ? own : $"{own} {ofReply}";
    }

    private static string What(IncidentKind kind) => kind switch
    {
        IncidentKind.Authentication => "Authentication fails",
        IncidentKind.Reputation => "Mail is refused for its reputation",
        IncidentKind.Configuration => "Something is set up wrongly",
        IncidentKind.Rate => "Mail is slowed down",
        IncidentKind.Content => "Mail is refused for its content",
        IncidentKind.Recipients => "Far more addresses than usual do not exist",
        IncidentKind.ReceiverOutage => "A receiver is in trouble",
        IncidentKind.OwnOutage => "Mail gets out to nobody as usual",
        IncidentKind.Silence => "A domain has stopped sending",
        _ => "Mail fails",
    };

    private static string Usual(double rate) =>
        rate < 0.001 ? "nearly none" : string.Create(CultureInfo.InvariantCulture, $"{100 * rate:0.#} %");
}
