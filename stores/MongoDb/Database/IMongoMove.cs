using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Database;

/// <summary>Brings what earlier releases wrote into its present form, some of it at a time.</summary>
internal interface IMongoMove
{
    /// <summary>True when nothing is left in the form of before. One look into an index for each collection.</summary>
    Task<bool> IsDoneAsync(MongoDatabase database, CancellationToken cancellationToken);

    /// <summary>Within a transaction: what is killed before its end has moved nothing. False when nothing was left.</summary>
    Task<bool> MoveSomeAsync(MongoDatabase database, IClientSessionHandle session, CancellationToken cancellationToken);
}
