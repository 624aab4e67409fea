using MailStats.Mail.Quotas;
using MailStats.Stores.MongoDb.Database;
using Microsoft.Extensions.Options;

namespace MailStats.Stores.MongoDb.Quotas;

/// <summary>Reads and changes tenants' quotas, each in one transaction.</summary>
internal sealed class MongoQuotaTransactions(MongoDatabase database, IOptions<QuotaOptions> options, TimeProvider time)
{
    public MongoDatabase Database => database;

    public QuotaOptions Options => options.Value;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>As one moment shows them.</summary>
    public Task<T> ReadAsync<T>(IReadOnlyCollection<string> tenants, Func<MongoQuotas, Task<T>> read, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                using var session = await database.StartSnapshotAsync(cancellationToken);

                return await read(await MongoQuotas.OpenAsync(database, session, Now, Options, tenants, cancellationToken));
            },
            cancellationToken);

    /// <summary>Begins anew when another process was faster, so the change must not keep anything across calls.</summary>
    public Task<T> ChangeAsync<T>(
        IReadOnlyCollection<string> tenants, Func<MongoQuotas, CancellationToken, Task<T>> change, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async (session, token) =>
            {
                var quotas = await MongoQuotas.OpenAsync(database, session, Now, Options, tenants, token);
                var result = await change(quotas, token);
                await quotas.WriteAsync(token);

                return result;
            },
            cancellationToken);

    /// <summary>Counts in what applications have left for tenants.</summary>
    public async Task CountInAsync(IReadOnlyCollection<string> tenants, CancellationToken cancellationToken)
    {
        if (tenants.Count == 0)
        {
            return;
        }

        try
        {
            await ChangeAsync(tenants, (_, _) => Task.FromResult(true), cancellationToken);
        }
        catch (StorageUnavailableException)
        {
            // The entries are committed and stay: whoever reads or changes the quotas next counts them in, the clock within seconds.
        }
    }
}
