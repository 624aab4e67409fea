using System.Globalization;
using MailStats.Contracts;
using MailStats.Mail.Brake;
using MailStats.Stores.Incidents;

namespace MailStats.Stores.Brake;

/// <summary>
/// The incident of a stopped mailbox: open from the stop to the release, in the transactions that write those. Nobody is told of it once
/// more, since <see cref="MailboxStopped"/> and <see cref="MailboxReleased"/> say the same.
/// </summary>
public static class BrakeIncidents
{
    /// <summary>In the place of the detector's cause: what attempts tell neither opens nor ends it.</summary>
    public const string Cause = "Brake";

    /// <summary>Null for a stop that refuses nothing: while the brake is only observed, or history tells of it.</summary>
    public static StoredIncident? Opened(StoredBrake brake, DateTimeOffset now) => brake is not { IsLive: true, Mode: BrakeMode.Enforce } ? null : new()
    {
        TenantId = brake.TenantId,
        Cause = Cause,
        Incident = new()
        {
            Id = brake.Id,
            Kind = brake.Cause == BrakeCause.UnknownRecipients ? IncidentKind.Recipients : IncidentKind.Rate,
            Domain = brake.Mailbox[(brake.Mailbox.LastIndexOf('@') + 1)..],
            Mailbox = brake.Mailbox,
            StartedAt = brake.Since,
            OpenedAt = now,
            Failed = brake.Refused,
            Rate = 1,
            UsualRate = 0,
            Summary = string.Create(
                CultureInfo.InvariantCulture,
                $"A mailbox is stopped: {brake.Mailbox} {Why(brake.Cause)}. {brake.LetThrough} recipients were let through before that."),
            Advice = "If nobody there sent this mail, change the password of the mailbox first. Then release it: its mail is refused (451) "
                + "until somebody does.",
            Contrast = "No other mailbox is held up.",
        },
    };

    /// <summary>The same, over.</summary>
    public static StoredIncident Closed(StoredIncident opened, DateTimeOffset now) =>
        opened with { Incident = opened.Incident with { ClosedAt = now } };

    private static string Why(BrakeCause cause) => cause switch
    {
        BrakeCause.UnknownRecipients => "sends to many addresses that do not exist",
        BrakeCause.FixedLimit => "passed the limit of recipients in an hour",
        BrakeCause.UnknownNetwork => "sends to many recipients from a network that it was never seen in",
        _ => "sends to far more recipients than it ever did",
    };
}
