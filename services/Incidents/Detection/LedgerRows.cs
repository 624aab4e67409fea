using MailStats.Mail.Attempts;

namespace MailStats.Incidents.Detection;

/// <summary>What the detector makes of the rows of the ledger.</summary>
internal static class LedgerRows
{
    public static Place PlaceOf(in AttemptKey key) => new(
        key.Domain, key.Provider.Length > 0 ? key.Provider : "unknown", key.OutgoingIp.Length > 0 ? key.OutgoingIp : null);

    /// <summary>Null for what is no attempt: complaints, and what we refused ourselves.</summary>
    public static FailureClass? CauseOf(in AttemptKey key) => key.Outcome switch
    {
        AttemptOutcome.Delivered => FailureClass.None,
        AttemptOutcome.Deferred or AttemptOutcome.SoftBounced or AttemptOutcome.HardBounced =>
            FailureClasses.Of(key.Reason) is var cause && cause != FailureClass.None ? cause : null,
        _ => null,
    };
}
