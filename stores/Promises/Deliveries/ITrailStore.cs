using MailStats.Mail.Deliveries;
using MailStats.Mail.Quotas;

namespace MailStats.Stores.Deliveries;

/// <summary>One delivery by its id, with everything that is kept of it: what its page shows.</summary>
public interface ITrailStore
{
    /// <summary>Null when this tenant has no such delivery, whether another one has it or nobody.</summary>
    Task<KeptTrail?> FindAsync(string tenantId, DeliveryId id, CancellationToken cancellationToken);
}

/// <param name="Delivery">All that is known of it.</param>
/// <param name="Reservation">Taken from the quota for its message, used up or not; null where none was, or it is forgotten.</param>
public sealed record KeptTrail(StoredDelivery Delivery, StoredReservation? Reservation);
