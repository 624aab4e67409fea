using MailStats.Mail.Quotas;
using MailStats.Stores.MongoDb.Database;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Quotas;

/// <summary>Reads and changes tenants' quotas, each in one transaction.</summary>
internal sealed class MongoQuotaTransactions(MongoDatabase database, IOptions<QuotaOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>Entries that one look finds; it counts in all that their tenants have.</summary>
    private const int EntriesAtOnce = 1_000;

    /// <summary>Of one transaction: a reservation of one of them makes all begin anew.</summary>
    private const int TenantsAtOnce = 50;

    /// <summary>Others leave entries all the time, and who counts them in has applications of its own that wait.</summary>
    private const int MostRounds = 3;

    /// <summary>A process that is killed in its turn holds notices up for so long.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(5);

    private readonly MongoLease _turn = new(database, time, "quota_turn", Turn);

    /// <summary>Applications and the clock of one process share the lease.</summary>
    private readonly SemaphoreSlim _counting = new(1);

    public MongoDatabase Database => database;

    public QuotaOptions Options => options.Value;

    public DateTimeOffset Now => time.GetUtcNow();

    public void Dispose() => _counting.Dispose();

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

    /// <summary>Reservations, from the writer's own shares where they suffice: a result for each, in their order.</summary>
    public Task<IReadOnlyList<ReservationOutcome>> ReserveAsync(
        string writer, IReadOnlyList<ReservationRequest> requests, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async (session, token) =>
            {
                var tenants = requests.Select(request => request.TenantId).ToHashSet(StringComparer.Ordinal);
                var quotas = await MongoQuotas.OpenAsync(database, session, Now, Options, tenants, token);
                var outcomes = await quotas.ReserveAsync(requests, token);
                await quotas.WriteReservedAsync(writer, requests, outcomes, token);

                return outcomes;
            },
            cancellationToken);

    /// <summary>
    /// Counts in what applications have left, of whichever tenant and process. One process does it at a time: two would conflict
    /// in every tenant that has much mail. Who comes meanwhile leaves it to the one whose turn it is, which looks again once
    /// it has given the turn back: what was left before it did so was left before that look.
    /// </summary>
    public async Task CountInAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var round = 0; round < MostRounds && await TryCountSomeInAsync(cancellationToken); round++)
            {
                if (!await database.UseAsync(
                    () => database.QuotaEntries.Find(FilterDefinition<BsonDocument>.Empty).AnyAsync(cancellationToken), cancellationToken))
                {
                    return;
                }
            }
        }
        catch (StorageUnavailableException)
        {
            // The entries are committed and stay: whoever reads or changes the quotas next counts them in, the clock within seconds.
        }
    }

    /// <summary>False when it is another's turn: of this process or of another.</summary>
    private async Task<bool> TryCountSomeInAsync(CancellationToken cancellationToken)
    {
        if (!await _counting.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            return false;
        }

        try
        {
            if (!await _turn.TakeAsync(cancellationToken))
            {
                return false;
            }

            try
            {
                await CountSomeInAsync(cancellationToken);
            }
            finally
            {
                await _turn.GiveBackAsync();
            }

            return true;
        }
        finally
        {
            _counting.Release();
        }
    }

    private async Task CountSomeInAsync(CancellationToken cancellationToken)
    {
        var entries = await database.UseAsync(
            () => database.QuotaEntries.Find(FilterDefinition<BsonDocument>.Empty)
                .Limit(EntriesAtOnce)
                .Project<BsonDocument>(new BsonDocument("t", 1))
                .ToListAsync(cancellationToken),
            cancellationToken);

        foreach (var tenants in entries.Select(entry => entry["t"].AsString).Distinct().Order(StringComparer.Ordinal).Chunk(TenantsAtOnce))
        {
            await ChangeAsync(tenants, (_, _) => Task.FromResult(true), cancellationToken);
        }
    }
}
