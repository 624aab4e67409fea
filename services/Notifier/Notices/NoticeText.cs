using System.Globalization;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Stores.Notifications;

namespace MailStats.Notifier.Notices;

/// <summary>A notice in words, for mail.</summary>
internal static class NoticeText
{
    public const string TestType = "Test";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>How long the link of a stop releases it.</summary>
    public static TimeSpan ReleasedWithin { get; } = TimeSpan.FromDays(7);

    /// <summary>The stop that a notice tells of; null for other notices.</summary>
    public static MailboxStopped? StopIn(Notice notice) =>
        notice.Type == nameof(MailboxStopped) ? JsonSerializer.Deserialize<MailboxStopped>(notice.Content, Json) : null;

    /// <param name="notice">What to tell.</param>
    /// <param name="tenant">The tenant's name.</param>
    /// <param name="timeZone">Its time zone.</param>
    /// <param name="publicUrl">Where people reach the dashboard; null for no links.</param>
    /// <param name="release">Where a stopped mailbox is released without a key; null for nowhere.</param>
    public static (string Subject, string Body) Of(Notice notice, string tenant, string? timeZone, string? publicUrl, string? release)
    {
        var zone = timeZone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var known) ? known : TimeZoneInfo.Utc;

        return notice.Type switch
        {
            nameof(QuotaThresholdReached) => Of(JsonSerializer.Deserialize<QuotaThresholdReached>(notice.Content, Json)!, tenant, zone),
            nameof(QuotaRestored) => Of(JsonSerializer.Deserialize<QuotaRestored>(notice.Content, Json)!, tenant, zone),
            nameof(WebhookSourceFailed) => Of(JsonSerializer.Deserialize<WebhookSourceFailed>(notice.Content, Json)!, tenant, zone),
            nameof(IncidentOpened) => Of(JsonSerializer.Deserialize<IncidentOpened>(notice.Content, Json)!.Incident, "", tenant, zone),
            nameof(IncidentChanged) => Of(JsonSerializer.Deserialize<IncidentChanged>(notice.Content, Json)!.Incident, "changed: ", tenant, zone),
            nameof(IncidentClosed) => Of(JsonSerializer.Deserialize<IncidentClosed>(notice.Content, Json)!.Incident, "over: ", tenant, zone),
            nameof(MailboxStopped) => Of(JsonSerializer.Deserialize<MailboxStopped>(notice.Content, Json)!, tenant, zone, publicUrl, release),
            nameof(MailboxReleased) => Of(JsonSerializer.Deserialize<MailboxReleased>(notice.Content, Json)!, tenant),
            _ => ($"[MailStats] {OneLine(tenant)}: test", "This is a test. Notices about the sending quota will come to this address.\r\n"),
        };
    }

    private static (string Subject, string Body) Of(QuotaThresholdReached reached, string tenant, TimeZoneInfo zone)
    {
        var quota = Quota(reached.Window, reached.Domain, reached.Mailbox);
        var state = reached.ThresholdPercent >= 100 ? "reached, mail is blocked" : $"{reached.ThresholdPercent} % used";
        var effect = reached.Blocked
            ? $"Mail is refused from now on, until {Local(reached.ResetsAt, zone)} or until the limit is raised."
            : $"{Number(Math.Max(0, reached.Limit - reached.Used))} recipients remain until {Local(reached.ResetsAt, zone)}.";

        return (
            $"[MailStats] {OneLine(tenant)}: {quota} {state}",
            $"{Number(reached.Used)} of {Number(reached.Limit)} recipients of the {quota} are used.\r\n{effect}\r\n");
    }

    private static (string Subject, string Body) Of(
        MailboxStopped stopped, string tenant, TimeZoneInfo zone, string? publicUrl, string? release)
    {
        var mailbox = OneLine(stopped.Mailbox);
        var why = stopped.Cause switch
        {
            "unknownRecipients" => "many of its recipients do not exist",
            "fixedLimit" => "it passed the limit of recipients in an hour",
            "unknownNetwork" => "it sends to many recipients from a network that it was never seen in",
            _ => "it sends to far more recipients than it ever did",
        };
        var effect = stopped.Enforced
            ? "Its mail is refused (451) until somebody releases it under Settings, Brake."
            : "The brake is only observed: its mail passes.";

        return (
            stopped.Enforced ? $"[MailStats] {OneLine(tenant)}: {mailbox} is stopped" : $"[MailStats] {OneLine(tenant)}: {mailbox} would have been stopped",
            $"{mailbox} behaves unlike itself since {Local(stopped.Since, zone)}: {why}.\r\n"
                + $"{Number(stopped.LetThrough)} recipients were let through. {effect}\r\n"
            + "If nobody there sent this mail, change the password of the mailbox first.\r\n"
            + (release is null
                ? ""
                : $"\r\nRelease it without signing in, until {Local(stopped.OccurredAt + ReleasedWithin, zone)}. A page opens, with one button:\r\n"
                    + $"{release}\r\n\r\n")
            + (publicUrl is null ? "" : $"Look at it first: {publicUrl}/settings/brake\r\n"));
    }

    private static (string Subject, string Body) Of(MailboxReleased released, string tenant) => (
        $"[MailStats] {OneLine(tenant)}: {OneLine(released.Mailbox)} may send again", $"{OneLine(released.Mailbox)} was released.\r\n");

    private static (string Subject, string Body) Of(QuotaRestored restored, string tenant, TimeZoneInfo zone)
    {
        var quota = Quota(restored.Window, restored.Domain, restored.Mailbox);
        var limit = restored.Limit is { } recipients ? $"{Number(restored.Used)} of {Number(recipients)} recipients are used" : "It has no limit now";

        return (
            $"[MailStats] {OneLine(tenant)}: mail flows again ({quota})",
            $"The {quota} blocks no mail any more. {limit}; the period ends {Local(restored.ResetsAt, zone)}.\r\n");
    }

    private static (string Subject, string Body) Of(WebhookSourceFailed failed, string tenant, TimeZoneInfo zone)
    {
        var source = $"{OneLine(failed.Provider)}/{OneLine(failed.Name)}";

        return failed.Cause == "refused"
            ? (
                $"[MailStats] {OneLine(tenant)}: most posts of {source} are refused",
                $"{Number(failed.Refused)} posts of the webhook source {source} were refused since yesterday, more than were taken.\r\n"
                + "Look at the source's last refusals: a key that was changed at the provider is the usual cause. Mail is not counted meanwhile.\r\n")
            : (
                $"[MailStats] {OneLine(tenant)}: {source} is silent",
                $"The webhook source {source} last spoke {Local(failed.Since, zone)}, and was never silent for so long before.\r\n"
                + "Look whether the webhook is still switched on at the provider, and whether its posts reach MailStats.\r\n");
    }

    private static (string Subject, string Body) Of(Incident incident, string turn, string tenant, TimeZoneInfo zone)
    {
        var end = incident.ClosedAt is { } closed ? $" until {Local(closed, zone)}" : "";
        var replies = string.Concat(incident.Replies.Select(reply => $"  {Number(reply.Count)} x {OneLine(reply.Text)}\r\n"));

        return (
            $"[MailStats] {OneLine(tenant)}: {turn}{OneLine(incident.Summary.Split(':')[0])}",
            $"{OneLine(incident.Summary)}\r\nSince {Local(incident.StartedAt, zone)}{end}.\r\n\r\n"
            + $"{OneLine(incident.Advice)}\r\n{OneLine(incident.Contrast)}\r\n"
            + (replies.Length > 0 ? $"\r\nReplies:\r\n{replies}" : ""));
    }

    private static string Quota(string window, string? domain, string? mailbox)
    {
        var name = window == "day" ? "daily quota" : "monthly quota";

        return (mailbox ?? domain) is { } owner ? $"{name} of {OneLine(owner)}" : name;
    }

    private static string Local(DateTimeOffset at, TimeZoneInfo zone) =>
        string.Create(CultureInfo.InvariantCulture, $"{TimeZoneInfo.ConvertTime(at, zone):yyyy-MM-dd HH:mm} {zone.Id}");

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    // Names come from people: a line break in one would end the header.
    private static string OneLine(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));
}
