using MailStats.Mail.Deliveries;
using MailStats.Mail.Suppression;
using MailStats.Stores.Suppression;

namespace MailStats.Query.Deliveries;

/// <summary>What other parts of MailStats know of a delivery.</summary>
/// <param name="Suppression">The recipient's entry in the suppression list.</param>
/// <param name="Incidents">Ids of the incidents that it belongs to.</param>
internal sealed record Surroundings(DeliverySuppression? Suppression, IReadOnlyList<string> Incidents);

/// <summary>
/// The one place where the page of a delivery asks beyond the delivery itself. A part that keeps something about a recipient or
/// about many deliveries at once is asked here, by its store.
/// </summary>
internal sealed class TrailSurroundings(ISuppressionStore suppressions)
{
    public async ValueTask<Surroundings> ReadAsync(string tenantId, StoredDelivery delivery, CancellationToken cancellationToken)
    {
        var domain = delivery.State.Mailbox()?.Domain;
        var found = await suppressions.CheckAsync(tenantId, domain, [delivery.Recipient], cancellationToken);

        return new(found.Count > 0 ? Of(found[0].Entry) : null, []);
    }

    private static DeliverySuppression Of(SuppressionEntry entry) => new()
    {
        Address = entry.Address,
        Domain = entry.Domain,
        Cause = SuppressionNotice.NameOf(entry.Cause),
        Reason = entry.Reason,
        CreatedAt = entry.CreatedAt,
        ExpiresAt = entry.ExpiresAt,
    };
}
