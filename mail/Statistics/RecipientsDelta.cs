namespace MailStats.Mail.Statistics;

/// <summary>
/// How the counted recipients of a mailbox changed in one quarter hour, told inside the transaction that changes them.
/// The sum over the quarter hours of a billing period is the quota used.
/// </summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Domain">Sending domain.</param>
/// <param name="Mailbox">Mailbox, the whole address.</param>
/// <param name="QuarterStart">Start of the quarter hour in which the messages were accepted, UTC.</param>
/// <param name="Recipients">Recipients more (or, below zero, fewer). Never zero.</param>
public readonly record struct RecipientsDelta(string TenantId, string Domain, string Mailbox, DateTimeOffset QuarterStart, long Recipients);
