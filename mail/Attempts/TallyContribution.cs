using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;

namespace MailStats.Mail.Attempts;

/// <summary>
/// What one delivery adds to the second ledger: each of its attempts in the five minutes in which it happened, and the time it
/// took to be delivered. A function of the state alone, so the change that an application makes is the new lines minus the old.
/// </summary>
public static class TallyContribution
{
    /// <summary>
    /// Adds a delivery's lines. None for mail that is not counted: the null sender, mail delivered locally, what was refused at
    /// submission. Deferrals count where a server was tried, final failures always, since they are final whoever decided.
    /// </summary>
    public static void AddTo(List<TallyLine> lines, DeliveryState state)
    {
        if (state.Local || state.Mailbox() is not { } mailbox)
        {
            return;
        }

        var provider = state.Provider ?? "";
        var trail = state.Trail;
        var begin = lines.Count;

        for (var index = 0; index < trail.Count; index++)
        {
            AddAttempt(lines, state, mailbox, provider, trail[index], lines.Count > begin);
        }

        for (var index = 0; index < trail.Between.Count; index++)
        {
            AddAttempt(lines, state, mailbox, provider, trail.Between[index], lines.Count > begin);
        }

        if (state.Complained is { } complaint)
        {
            lines.Add(Line(complaint, new(mailbox.Domain, provider, complaint.OutgoingIp ?? "", (int)AttemptOutcome.Complained, "")));
        }

        if (TimeToDeliver(state) is { } time)
        {
            lines.Add(new(
                TallyTier.Quarters,
                TallyTier.Quarters.BucketOf(state.AcceptedAt),
                new(mailbox.Domain, provider, "", TimeBins.Of(time), "")));
        }
    }

    /// <summary>
    /// Microseconds from acceptance to the first delivery that is known of. Null while it is not delivered, and where the source told
    /// of the delivery alone: nobody knows then when the message was accepted.
    /// </summary>
    public static long? TimeToDeliver(DeliveryState state)
    {
        if (state.Status() != DeliveryStatus.Delivered)
        {
            return null;
        }

        var at = state.Delivered!.At;
        at = Math.Min(at, Math.Min(First(state.Trail) ?? at, First(state.Trail.Between) ?? at));

        return state.Accepted || state.AcceptedAt < at ? at - state.AcceptedAt : null;
    }

    private static long? First(IReadOnlyList<Outcome> outcomes)
    {
        for (var index = 0; index < outcomes.Count; index++)
        {
            if (outcomes[index].Kind == DeliveryEventKind.Delivered)
            {
                return outcomes[index].At;
            }
        }

        return null;
    }

    /// <summary>Microseconds of Unix time up to which a delivery may count: just past the latest that is known of it.</summary>
    public static long Until(DeliveryState state)
    {
        var latest = Math.Max(state.AcceptedAt, state.Complained?.At ?? long.MinValue);

        return 1 + (state.Trail.Count > 0 ? Math.Max(latest, state.Trail[^1].At) : latest);
    }

    private static void AddAttempt(List<TallyLine> lines, DeliveryState state, in Mailbox mailbox, string provider, Outcome outcome, bool again)
    {
        var told = outcome.Kind switch
        {
            DeliveryEventKind.Delivered => AttemptOutcome.Delivered,
            DeliveryEventKind.Deferred when outcome.Attempted => AttemptOutcome.Deferred,
            DeliveryEventKind.Bounced or DeliveryEventKind.Expired =>
                state.IsHard(outcome) ? AttemptOutcome.HardBounced : AttemptOutcome.SoftBounced,
            _ => AttemptOutcome.Unknown,
        };

        if (told == AttemptOutcome.Unknown)
        {
            return;
        }

        var reason = told == AttemptOutcome.Delivered ? "" : state.Explanation(outcome).Classification?.Reason ?? "unknown";
        lines.Add(Line(outcome, new(mailbox.Domain, provider, outcome.OutgoingIp ?? "", (int)told + (again ? TallyKey.Again : 0), reason)));
    }

    private static TallyLine Line(Outcome outcome, in TallyKey key) => new(TallyTier.FiveMinutes, TallyTier.FiveMinutes.BucketOf(outcome.At), key);
}
