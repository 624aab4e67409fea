namespace MailStats.Stores.Upkeep;

/// <summary>Removes what is kept about a person (GDPR Article 17).</summary>
public interface IErasureStore
{
    /// <summary>
    /// Removes every delivery to an address, in any case and whatever form addresses are kept in; totals stay as they are.
    /// Events of those deliveries that come again later are not taken in again. Writing goes on meanwhile.
    /// </summary>
    Task<ErasureReceipt> EraseAsync(string tenantId, string address, CancellationToken cancellationToken);
}

/// <param name="Id">Names the erasure.</param>
/// <param name="TenantId">The tenant whose rows were searched.</param>
/// <param name="AddressHash">Keyed hash of the address, in hexadecimal: proves which address was meant to whoever knows it.</param>
/// <param name="ErasedAt">UTC.</param>
/// <param name="Deliveries">Deliveries removed.</param>
public sealed record ErasureReceipt(Guid Id, string TenantId, string AddressHash, DateTimeOffset ErasedAt, long Deliveries);
