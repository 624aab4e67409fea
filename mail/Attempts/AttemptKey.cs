namespace MailStats.Mail.Attempts;

/// <summary>What attempts are told apart by, beside the tenant and the time.</summary>
/// <param name="Domain">Sending domain, of the mailbox.</param>
/// <param name="Provider">Receiving provider, or the recipient's domain where none is known.</param>
/// <param name="OutgoingIp">The address that our host connected from; empty where the source does not tell.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Reason">Why it failed, <c>unknown</c> where the classifier could not say; empty for deliveries and complaints.</param>
public readonly record struct AttemptKey(string Domain, string Provider, string OutgoingIp, AttemptOutcome Outcome, string Reason);

/// <summary>Attempts of one stretch of time.</summary>
/// <param name="Start">UTC.</param>
/// <param name="Length">Five minutes, or an hour where the five minutes are no longer kept.</param>
/// <param name="Key">Whose they are and what came of them.</param>
/// <param name="Attempts">How many.</param>
/// <param name="First">
/// How many of them were the first attempt of their delivery: mail that waits is tried again and again, and ten tries of one
/// recipient are one misfortune.
/// </param>
public readonly record struct AttemptRow(DateTimeOffset Start, TimeSpan Length, AttemptKey Key, long Attempts, long First);
