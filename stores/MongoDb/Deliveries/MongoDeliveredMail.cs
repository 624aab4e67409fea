using MailStats.Mail.Deliveries;
using MailStats.Mail.Suppression;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Deliveries;

/// <summary>
/// Deliveries to addresses after their failures, by the index on recipients: they may have been told of first. An address that
/// is written in upper case here and in lower case there is found in both.
/// </summary>
internal sealed class MongoDeliveredMail(MongoDatabase database, MongoTexts texts, IClientSessionHandle session)
{
    private readonly List<((string TenantId, string Address) Of, DeliveredMail Mail)> _found = [];

    public async Task<ILookup<(string TenantId, string Address), DeliveredMail>> ReadAsync(
        IEnumerable<ToldOfAddress> told, CancellationToken cancellationToken)
    {
        foreach (var tenant in told.Where(one => one.IsAgainst).GroupBy(one => one.TenantId))
        {
            await ReadTenantAsync(tenant.Key, tenant, cancellationToken);
        }

        return _found.ToLookup(one => one.Of, one => one.Mail);
    }

    private async Task ReadTenantAsync(string tenantId, IEnumerable<ToldOfAddress> against, CancellationToken cancellationToken)
    {
        var after = new Dictionary<string, (string Address, long At)>(StringComparer.Ordinal);

        foreach (var told in against)
        {
            var at = Math.Min(told.Failure?.At ?? long.MaxValue, told.Complaint?.At ?? long.MaxValue);

            foreach (var form in new[] { told.Address, told.Address.ToLowerInvariant() })
            {
                after[form] = (told.Address, after.TryGetValue(form, out var known) ? Math.Min(known.At, at) : at);
            }
        }

        var rows = await database.Deliveries
            .Find(session, new BsonDocument
            {
                { "t", tenantId }, { "r", new BsonDocument("$in", new BsonArray(after.Keys.Select(form => MongoKeys.Recipient(tenantId, form)).Distinct())) },
            })
            .Sort(new BsonDocument("at", -1))
            .Limit(SuppressionFacts.MostDeliveries * after.Count)
            .ToListAsync(cancellationToken);

        foreach (var row in rows)
        {
            var (message, recipient, state) = texts.Read(row);

            if (after.TryGetValue(recipient, out var told) && !state.Local && state.Delivered?.At is { } delivered && delivered > told.At)
            {
                _found.Add(((tenantId, told.Address), new(delivered, ToldOfAddress.TagOf(new DeliveryKey(tenantId, message, recipient).ToHash()))));
            }
        }
    }
}
