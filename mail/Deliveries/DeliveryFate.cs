using MailStats.Contracts;

namespace MailStats.Mail.Deliveries;

/// <summary>What a state means: pure functions, so that equal states always count and show the same.</summary>
public static class DeliveryFate
{
    /// <summary>The final failure that counts at its instant: hard before soft, then the greater event id.</summary>
    public static Outcome? Failure(this DeliveryState state)
    {
        var failures = state.Failures;
        Outcome? chosen = null;

        for (var index = 0; index < failures.Count; index++)
        {
            if (chosen is null || state.IsHard(failures[index]) || !state.IsHard(chosen))
            {
                chosen = failures[index];
            }
        }

        return chosen;
    }

    public static DeliveryStatus Status(this DeliveryState state)
    {
        // The latest final outcome wins, a failure over a delivery of the same instant; then what is still open.
        if (state.Failure() is { } failure && !(state.Delivered?.At > failure.At))
        {
            return state.IsHard(failure) ? DeliveryStatus.HardBounced : DeliveryStatus.SoftBounced;
        }

        return state.Delivered is not null ? DeliveryStatus.Delivered
            : state.Deferred is not null ? DeliveryStatus.Deferred
            : state.Accepted ? DeliveryStatus.Accepted
            : state.Rejected is not null ? DeliveryStatus.Rejected
            : DeliveryStatus.Unknown;
    }

    /// <summary>The outcome behind the status, null while there is none.</summary>
    public static Outcome? Decisive(this DeliveryState state) => state.Status() switch
    {
        DeliveryStatus.HardBounced or DeliveryStatus.SoftBounced => state.Failure(),
        DeliveryStatus.Delivered => state.Delivered,
        DeliveryStatus.Deferred => state.Deferred,
        DeliveryStatus.Rejected => state.Rejected,
        _ => null,
    };

    /// <summary>When the delivery came to its status, microseconds of Unix time.</summary>
    public static long StatusAt(this DeliveryState state) =>
        state.Decisive()?.At ?? (state.Accepted ? state.AcceptedAt : state.Complained?.At ?? state.AcceptedAt);

    /// <summary>Distinct attempts; more where the source itself counted more.</summary>
    public static int Attempts(this DeliveryState state) => Math.Max(state.AttemptIds.Count, state.AttemptNumber);

    /// <summary>
    /// The outcome whose reply explains an outcome: an expiry without a reply of its own is explained by the last deferral.
    /// </summary>
    public static Outcome Explanation(this DeliveryState state, Outcome outcome) =>
        IsSilentExpiry(outcome) && state.Deferred is { } deferral ? deferral : outcome;

    /// <summary>An expiry without a reply of its own follows temporary failures only, so it is soft.</summary>
    public static bool IsHard(this DeliveryState state, Outcome outcome) =>
        outcome.IsHard && !(IsSilentExpiry(outcome) && state.Deferred is not null);

    /// <summary>
    /// Finals that a later final has superseded, and complaints: they stay in the activity list beside the current status.
    /// </summary>
    public static void AddEarlierActivities(this DeliveryState state, List<(DeliveryStatus Status, Outcome Outcome)> activities)
    {
        var status = state.Status();

        if (state.Delivered is { } delivered && status != DeliveryStatus.Delivered)
        {
            activities.Add((DeliveryStatus.Delivered, delivered));
        }

        if (status == DeliveryStatus.Delivered && state.Failure() is { } failure)
        {
            activities.Add((state.IsHard(failure) ? DeliveryStatus.HardBounced : DeliveryStatus.SoftBounced, failure));
        }

        if (state.Complained is { } complaint)
        {
            activities.Add((DeliveryStatus.Complained, complaint));
        }
    }

    /// <summary>True when <see cref="AddEarlierActivities"/> has any.</summary>
    public static bool HasEarlierActivities(this DeliveryState state) =>
        state.Complained is not null || (state.Delivered is not null && state.Failures.Count > 0);

    private static bool IsSilentExpiry(Outcome outcome) => outcome.Kind == DeliveryEventKind.Expired && !outcome.HasReply;
}
