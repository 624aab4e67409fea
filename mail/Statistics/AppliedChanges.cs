using MailStats.Mail.Addresses;
using MailStats.Mail.Suppression;

namespace MailStats.Mail.Statistics;

/// <summary>What one transaction of <c>IDeliveryStore.ApplyAsync</c> changes, for whoever takes part in it.</summary>
/// <param name="Recipients">One for each mailbox and quarter hour whose count of recipients changed.</param>
/// <param name="New">Deliveries with a queue id that were not known before, counted or not.</param>
/// <param name="Told">What deliveries tell of their addresses that they did not before.</param>
/// <param name="Reported">For each tenant and reporting host the latest time it reported, microseconds of Unix time.</param>
public sealed record AppliedChanges(
    IReadOnlyList<RecipientsDelta> Recipients,
    IReadOnlyList<NewDelivery> New,
    IReadOnlyList<ToldOfAddress> Told,
    IReadOnlyDictionary<(string TenantId, string Host), long> Reported);

/// <summary>A delivery that has come to be known.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="QueueId">Queue id at the reporting MTA.</param>
/// <param name="Host">Host name of the reporting MTA, null when it is unknown.</param>
/// <param name="AcceptedAt">Earliest time known of it, microseconds of Unix time.</param>
/// <param name="ChargedTo">The mailbox that it counts for, null when it does not count.</param>
public readonly record struct NewDelivery(string TenantId, string QueueId, string? Host, long AcceptedAt, Mailbox? ChargedTo);
