using MailStats.Contracts;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Deliveries;

internal sealed class SqliteDeliveryStore(
    SqliteDatabase database, SqlitePrivacy privacy, IEnumerable<ISqliteApplyParticipant> participants, TimeProvider time) : IDeliveryStore
{
    private readonly ISqliteApplyParticipant[] _participants = [.. participants];
    private readonly ApplicationMemory _memory = new();

    public Task<ApplyResult> ApplyAsync(IReadOnlyList<ClassifiedDelivery> deliveries, CancellationToken cancellationToken) =>
        ApplyAsync(deliveries, time.GetUtcNow(), cancellationToken);

    public Task<ApplyResult> ApplyAsync(IReadOnlyList<ClassifiedDelivery> deliveries, DateTimeOffset acknowledgedAt, CancellationToken cancellationToken)
    {
        var named = new NamedDeliveries(deliveries, privacy.AddressesIfAny(database));

        return database.WriteAsync(
            session => session.Gather(
                () => new DeliveryApplication(session, privacy, _memory, _participants, time.GetUtcNow().ToUnixTimeSeconds()),
                application => application.Flush()).Add(named, acknowledgedAt),
            group: this,
            weight: deliveries.Count,
            cancellationToken);
    }
}
