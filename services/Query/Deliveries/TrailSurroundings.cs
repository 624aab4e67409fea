using MailStats.Mail.Deliveries;

namespace MailStats.Query.Deliveries;

/// <summary>What other parts of MailStats know of a delivery.</summary>
/// <param name="Suppression">The recipient's entry in the suppression list.</param>
/// <param name="Incidents">Ids of the incidents that it belongs to.</param>
internal sealed record Surroundings(DeliverySuppression? Suppression, IReadOnlyList<string> Incidents);

/// <summary>
/// The one place where the page of a delivery asks beyond the delivery itself. A part that keeps something about a recipient or
/// about many deliveries at once is asked here, by its store.
/// </summary>
internal sealed class TrailSurroundings
{
    private readonly Surroundings _nothing = new(null, []);

    public ValueTask<Surroundings> ReadAsync(string tenantId, StoredDelivery delivery, CancellationToken cancellationToken) => new(_nothing);
}
