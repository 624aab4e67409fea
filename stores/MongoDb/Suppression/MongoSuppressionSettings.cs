using MailStats.Mail.Suppression;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Suppression;

/// <summary>Settings as rows: a domain's own, else its tenant's, else the defaults.</summary>
internal static class MongoSuppressionSettings
{
    /// <param name="database">Where.</param>
    /// <param name="session">The transaction to read in; null for none.</param>
    /// <param name="tenantId">Whose.</param>
    /// <param name="domain">The sending domain; null for the tenant's.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<SuppressionSettings> ReadAsync(
        MongoDatabase database, IClientSessionHandle? session, string tenantId, string? domain, CancellationToken cancellationToken)
    {
        string[] keys = domain is null ? [KeyOf(tenantId, null)] : [KeyOf(tenantId, domain), KeyOf(tenantId, null)];
        var wanted = new BsonDocument("_id", new BsonDocument("$in", new BsonArray(keys)));
        var found = session is null ? database.SuppressionSettings.Find(wanted) : database.SuppressionSettings.Find(session, wanted);
        var rows = await found.ToListAsync(cancellationToken);

        // A domain's key is the longer one.
        return rows.MaxBy(row => row["_id"].AsString.Length) is { } row ? SettingsOf(row) : new();
    }

    public static async Task<SuppressionSettings?> ReadOwnAsync(
        MongoDatabase database, string tenantId, string? domain, CancellationToken cancellationToken) =>
        await database.SuppressionSettings.Find(new BsonDocument("_id", KeyOf(tenantId, domain))).FirstOrDefaultAsync(cancellationToken) is { } row
            ? SettingsOf(row)
            : null;

    public static Task SaveAsync(
        MongoDatabase database,
        IClientSessionHandle session,
        string tenantId,
        string? domain,
        SuppressionSettings? settings,
        CancellationToken cancellationToken)
    {
        var key = new BsonDocument("_id", KeyOf(tenantId, domain));

        if (settings is null)
        {
            return database.SuppressionSettings.DeleteOneAsync(session, key, cancellationToken: cancellationToken);
        }

        var row = new BsonDocument
        {
            { "mode", (int)settings.Mode }, { "hardBounceDays", settings.HardBounceDays },
            { "complaintDays", (BsonValue?)settings.ComplaintDays ?? BsonNull.Value },
            { "plusAddresses", (int)settings.PlusAddresses },
        };

        return database.SuppressionSettings.UpdateOneAsync(
            session, key, new BsonDocument("$set", row), new() { IsUpsert = true }, cancellationToken);
    }

    private static string KeyOf(string tenantId, string? domain) => MongoKeys.Of(tenantId, domain ?? "");

    private static SuppressionSettings SettingsOf(BsonDocument row) => new()
    {
        Mode = (SuppressionMode)row["mode"].ToInt32(),
        HardBounceDays = row["hardBounceDays"].ToInt32(),
        ComplaintDays = row["complaintDays"] is { IsBsonNull: false } days ? days.ToInt32() : null,
        PlusAddresses = (PlusAddresses)row["plusAddresses"].ToInt32(),
    };
}
