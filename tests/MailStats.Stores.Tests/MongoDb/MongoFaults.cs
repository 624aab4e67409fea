using MailStats.Mail.Quotas;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.Tests.MongoDb;

/// <summary>Opens stores whose every fifth transaction or so finds at its commit that another was faster.</summary>
public sealed class InMongoDbAmongConflicts : IStoresOpener
{
    public static async Task<OpenedStores> OpenAsync(StorageOptions? options = null, TimeProvider? time = null, QuotaOptions? quotas = null)
    {
        var name = MongoFaults.NewName();
        await MongoFaults.FailAsync(name, "commitTransaction", 112, "TransientTransactionError", new BsonDocument("activationProbability", 0.2));

        return await MongoFaults.OpenAsync(name, options, time, quotas);
    }
}

/// <summary>Breaks the server's answers to one store, by the fail point <c>failCommand</c>.</summary>
internal static class MongoFaults
{
    public static string NewName() => "fault-" + Guid.NewGuid().ToString("N")[..8];

    /// <summary>A store whose connections bear a name, so that faults come to them alone.</summary>
    public static async Task<TemporaryMongoStore> OpenAsync(
        string name, StorageOptions? options = null, TimeProvider? time = null, QuotaOptions? quotas = null) =>
        new(new MongoUrlBuilder(await MongoServer.AddressAsync()) { ApplicationName = name }.ToString(), options, time, quotas);

    /// <param name="name">Of the store.</param>
    /// <param name="command">What fails.</param>
    /// <param name="code">The error; null for a connection that is lost.</param>
    /// <param name="label">The error's label.</param>
    /// <param name="times">How often.</param>
    public static Task FailAsync(string name, string command, int? code, string? label, int times) =>
        FailAsync(name, command, code, label, new BsonDocument("times", times));

    public static async Task FailAsync(string name, string command, int? code, string? label, BsonDocument mode)
    {
        var data = new BsonDocument { { "failCommands", new BsonArray { command } }, { "appName", name } };
        data.AddRange(code is { } error ? new BsonDocument("errorCode", error) : new BsonDocument("closeConnection", true));

        if (label is not null)
        {
            data.Add("errorLabels", new BsonArray { label });
        }

        var fault = new BsonDocument { { "configureFailPoint", "failCommand" }, { "mode", mode }, { "data", data } };
        using var client = new MongoClient(await MongoServer.AddressAsync());

        try
        {
            await client.GetDatabase("admin").RunCommandAsync<BsonDocument>(fault);
        }
        catch (MongoCommandException refused)
        {
            Skip.If(true, "The server takes no fail points (start it with --setParameter enableTestCommands=1): " + refused.Message);
        }
    }
}
