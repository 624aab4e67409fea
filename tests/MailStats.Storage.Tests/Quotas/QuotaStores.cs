using MailStats.Storage.Quotas;

namespace MailStats.Storage.Tests.Quotas;

/// <summary>Stores that share their data.</summary>
internal sealed class QuotaStores(
    IQuotaStore quotas, IDeliveryStore deliveries, ITenantStore tenants, IOutbox outbox, string folder, Func<Task> spoil, IAsyncDisposable owner) : IAsyncDisposable
{
    public IQuotaStore Quotas => quotas;

    public IDeliveryStore Deliveries => deliveries;

    public ITenantStore Tenants => tenants;

    public IOutbox Outbox => outbox;

    /// <summary>Opened again, the same data.</summary>
    public string Folder => folder;

    /// <summary>Makes every counter wrong by one used recipient, as a bug or a bad disk would.</summary>
    public Task SpoilAsync() => spoil();

    public ValueTask DisposeAsync() => owner.DisposeAsync();
}
