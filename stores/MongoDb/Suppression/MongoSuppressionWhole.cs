using MailStats.Mail.Lists;
using MailStats.Mail.Suppression;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Suppression;

/// <summary>All addresses of a tenant that a comparison of lists may be about.</summary>
internal sealed class MongoSuppressionWhole(MongoDatabase database, string tenantId)
{
    public async Task WalkAsync(ComparisonSide side, ComparedPage compared, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, SuppressionSettings>(StringComparer.Ordinal);

        // Providers' refusals are told of the whole tenant, and stay when an address leaves the list.
        var filter = side == ComparisonSide.Ours
            ? new BsonDocument { { "t", tenantId }, { "l", true } }
            : new BsonDocument { { "t", tenantId }, { "d", "" } };
        using var rows = await database.Suppressions.Find(filter).ToCursorAsync(cancellationToken);

        while (await rows.MoveNextAsync(cancellationToken))
        {
            foreach (var row in rows.Current)
            {
                var listed = MongoSuppressionRows.ListedIn(row);

                if (!settings.TryGetValue(listed.Domain ?? "", out var own))
                {
                    own = await MongoSuppressionSettings.ReadAsync(database, null, tenantId, listed.Domain, cancellationToken);
                    settings.Add(listed.Domain ?? "", own);
                }

                compared.Consider(listed, row["n"].ToInt64(), SuppressionFacts.Read(row["f"].AsByteArray), own);
            }
        }
    }
}
