using System.Collections.Concurrent;
using MailStats.Stores.Upkeep;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;
using Polly;
using Polly.Retry;

namespace MailStats.Stores.MongoDb.Database;

/// <summary>
/// The database on a replica set (MongoDB 6 or later). Everything is written with majority concern and journalled, so what
/// was acknowledged survives the loss of a minority of members; everything is read from the primary with majority concern,
/// so nothing is shown that could still be rolled back.
/// </summary>
/// <remarks>
/// What the stores build on, and what a real replica set alone can prove: a change of one document is atomic; a transaction
/// reads one moment and conflicts (error 112) when it writes a document that was changed after that moment or is being
/// changed; two transactions that only read what the other writes do not conflict, so where that matters one of them writes
/// it as well; a unique index holds against everybody; a write that is retried by the driver is done once; a commit that was
/// acknowledged by a majority outlives an election. Nothing is built on when TTL indexes remove, on the order of rows without
/// a sort, or on how queries are planned.
/// </remarks>
internal sealed class MongoDatabase : IDisposable
{
    /// <summary>For an election; who calls repeats after it.</summary>
    private static readonly TimeSpan LongestSelection = TimeSpan.FromSeconds(10);

    /// <summary>
    /// For a change that meets another of the same row. The driver's own pauses grow to half a second: while others go on without one, who met
    /// them a dozen times is let wait for seconds by each further one. Two minutes at most, as the driver's.
    /// </summary>
    private static readonly ResiliencePipeline Overtaken = new ResiliencePipelineBuilder()
        .AddRetry(new()
        {
            ShouldHandle = new PredicateBuilder().Handle<OvertakenException>(),
            MaxRetryAttempts = 4_000,
            Delay = TimeSpan.FromMilliseconds(5),
            MaxDelay = TimeSpan.FromMilliseconds(30),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
        })
        .Build();

    private readonly MongoClient _client;
    private readonly IMongoDatabase _database;
    private readonly ConcurrentDictionary<string, IMongoCollection<BsonDocument>> _collections = new(StringComparer.Ordinal);
    private readonly MongoMoves _moves;
    private readonly SemaphoreSlim _preparing = new(1);
    private volatile bool _ready;

    public MongoDatabase(IOptions<StorageOptions> options, IEnumerable<IMongoMove> moves, UnreadableRows unreadable, TimeProvider time)
    {
        Unreadable = unreadable;
        _moves = new(this, [.. moves], time);
        var settings = MongoClientSettings.FromConnectionString(options.Value.ConnectionString);
        settings.ReadConcern = ReadConcern.Majority;
        settings.WriteConcern = WriteConcern.WMajority.With(journal: true);
        settings.ReadPreference = ReadPreference.Primary;
        settings.ServerSelectionTimeout = settings.ServerSelectionTimeout < LongestSelection ? settings.ServerSelectionTimeout : LongestSelection;
        _client = new(settings);
        _database = _client.GetDatabase(options.Value.Database);
    }

    /// <summary>Told of what cannot be read.</summary>
    public UnreadableRows Unreadable { get; }

    public IMongoCollection<BsonDocument> Deliveries => Collection("deliveries");

    /// <summary>Deliveries that verification found damaged and set aside.</summary>
    public IMongoCollection<BsonDocument> Damaged => Collection("damaged_deliveries");

    /// <summary>The same of other collections.</summary>
    public IMongoCollection<BsonDocument> DamagedRows => Collection("damaged_rows");

    public IMongoCollection<BsonDocument> Earlier => Collection("earlier_activities");

    public IMongoCollection<BsonDocument> Texts => Collection("texts");

    /// <summary>Segments of the search index that count.</summary>
    public IMongoCollection<BsonDocument> SearchSegments => Collection("search_segments");

    /// <summary>What segments are made of.</summary>
    public IMongoCollection<BsonDocument> SearchParts => Collection("search_parts");

    /// <summary>Deliveries that were removed, until their words are out of the index.</summary>
    public IMongoCollection<BsonDocument> SearchGone => Collection("search_gone");

    public IMongoCollection<BsonDocument> Rollups => Collection("rollups");

    public IMongoCollection<BsonDocument> Providers => Collection("provider_rollups");

    public IMongoCollection<BsonDocument> Reasons => Collection("reason_rollups");

    /// <summary>Who writes rollups under which number.</summary>
    public IMongoCollection<BsonDocument> Writers => Collection("rollup_writers");

    /// <summary>Sheets of the second ledger: attempts and times to deliver.</summary>
    public IMongoCollection<BsonDocument> Tallies => Collection("tallies");

    /// <summary>What erased deliveries count for there, without a name of theirs.</summary>
    public IMongoCollection<BsonDocument> ErasedTallies => Collection("erased_tallies");

    public IMongoCollection<BsonDocument> Classifications => Collection("classifications");

    public IMongoCollection<BsonDocument> Outbox => Collection("outbox");

    public IMongoCollection<BsonDocument> Tenants => Collection("tenants");

    public IMongoCollection<BsonDocument> Domains => Collection("sending_domains");

    public IMongoCollection<BsonDocument> Keys => Collection("api_keys");

    public IMongoCollection<BsonDocument> Batches => Collection("intake_batches");

    public IMongoCollection<BsonDocument> Erased => Collection("erased_deliveries");

    public IMongoCollection<BsonDocument> Erasures => Collection("erasures");

    public IMongoCollection<BsonDocument> AuditLog => Collection("audit_log");

    public IMongoCollection<BsonDocument> Users => Collection("users");

    public IMongoCollection<BsonDocument> Secrets => Collection("secrets");

    public IMongoCollection<BsonDocument> WebhookSources => Collection("webhook_sources");

    public IMongoCollection<BsonDocument> WebhookCounts => Collection("webhook_counts");

    public IMongoCollection<BsonDocument> WebhookRefusals => Collection("webhook_refusals");

    public IMongoCollection<BsonDocument> WebhookTokens => Collection("webhook_tokens");

    public IMongoCollection<BsonDocument> ReplyRules => Collection("reply_rules");

    public IMongoCollection<BsonDocument> ReplyRuleRevisions => Collection("reply_rule_revisions");

    public IMongoCollection<BsonDocument> CollectionSettings => Collection("collection_settings");

    public IMongoCollection<BsonDocument> CollectorHosts => Collection("collection_hosts");

    public IMongoCollection<BsonDocument> CollectionRuns => Collection("collections");

    public IMongoCollection<BsonDocument> HostRuns => Collection("host_collections");

    public IMongoCollection<BsonDocument> Incidents => Collection("incidents");

    public IMongoCollection<BsonDocument> Letters => Collection("letters");

    public IMongoCollection<BsonDocument> IncidentMutes => Collection("incident_mutes");

    public IMongoCollection<BsonDocument> IncidentLeases => Collection("incident_leases");

    public IMongoCollection<BsonDocument> NotificationTargets => Collection("notification_targets");

    public IMongoCollection<BsonDocument> Notifications => Collection("notifications");

    /// <summary>One for each tenant that has quotas: its settings, and a number that every change of its quotas moves.</summary>
    public IMongoCollection<BsonDocument> QuotaBooks => Collection("quota_books");

    public IMongoCollection<BsonDocument> QuotaLimits => Collection("quota_limits");

    public IMongoCollection<BsonDocument> QuotaCounters => Collection("quota_counters");

    /// <summary>What processes have taken ahead of tenants' limits.</summary>
    public IMongoCollection<BsonDocument> QuotaShares => Collection("quota_shares");

    public IMongoCollection<BsonDocument> QuotaEntries => Collection("quota_entries");

    /// <summary>One row for each notice that was given, so that none is given twice.</summary>
    public IMongoCollection<BsonDocument> QuotaNotices => Collection("quota_notices");

    public IMongoCollection<BsonDocument> QuotaHosts => Collection("quota_hosts");

    public IMongoCollection<BsonDocument> Reservations => Collection("reservations");

    public IMongoCollection<BsonDocument> Suppressions => Collection("suppressions");

    public IMongoCollection<BsonDocument> SuppressionSettings => Collection("suppression_settings");

    public IMongoCollection<BsonDocument> Brakes => Collection("brakes");

    public IMongoCollection<BsonDocument> BrakeSettings => Collection("brake_settings");

    /// <summary>Client networks that mailboxes sent from, at most 512 bytes each.</summary>
    public IMongoCollection<BsonDocument> MailboxNetworks => Collection("mailbox_networks");

    public IMongoCollection<BsonDocument> PolicyTests => Collection("policy_tests");

    /// <summary>Few rows by name: the key of hashed addresses, the forms of addresses ever used, how far things were removed by age.</summary>
    public IMongoCollection<BsonDocument> Facts => Collection("facts");

    /// <summary>
    /// Runs a change in a multi-document transaction: snapshot isolation, committed to a majority. The change is run again
    /// from the beginning when another transaction was faster, so it reads everything it depends on itself.
    /// </summary>
    /// <remarks>
    /// Why two replicas count as one: each reads a delivery's state and writes the same document. MongoDB aborts the one of
    /// two transactions that writes a document which was changed after its snapshot (first updater wins), and the abort is
    /// labelled transient, so the change begins anew from the other's result. Rollups move by <c>$inc</c> in the same
    /// transaction, so they move exactly when the states do.
    /// </remarks>
    public Task<T> TransactAsync<T>(Func<IClientSessionHandle, CancellationToken, Task<T>> change, CancellationToken cancellationToken) =>
        MongoErrors.GuardAsync(async () =>
        {
            await EnsureReadyAsync(cancellationToken);

            return await TransactUnpreparedAsync(change, cancellationToken);
        });

    /// <summary>The same, for what the database is prepared by.</summary>
    public async Task<T> TransactUnpreparedAsync<T>(Func<IClientSessionHandle, CancellationToken, Task<T>> change, CancellationToken cancellationToken)
    {
        using var session = await _client.StartSessionAsync(cancellationToken: cancellationToken);

        return await Overtaken.ExecuteAsync(
            async token => await session.WithTransactionAsync(
                (within, inner) => MongoErrors.LabelAsync(change, within, inner),
                new TransactionOptions(ReadConcern.Snapshot, ReadPreference.Primary, WriteConcern.WMajority.With(journal: true)),
                token),
            cancellationToken);
    }

    /// <summary>Reads, or writes single documents.</summary>
    public Task<T> UseAsync<T>(Func<Task<T>> use, CancellationToken cancellationToken) =>
        MongoErrors.GuardAsync(async () =>
        {
            await EnsureReadyAsync(cancellationToken);

            return await use();
        });

    /// <summary>A session whose reads all see the same moment.</summary>
    public Task<IClientSessionHandle> StartSnapshotAsync(CancellationToken cancellationToken) =>
        _client.StartSessionAsync(new() { Snapshot = true }, cancellationToken);

    /// <summary>
    /// Makes indexes, checks the schema, and brings what earlier releases wrote into its present form. Safe to run at any number of processes
    /// at once, and again.
    /// </summary>
    public async Task EnsureReadyAsync(CancellationToken cancellationToken)
    {
        if (_ready)
        {
            return;
        }

        await _preparing.WaitAsync(cancellationToken);

        try
        {
            if (!_ready)
            {
                var schema = new MongoSchema(_database);
                await schema.PrepareAsync(cancellationToken);
                await _moves.RunAsync(cancellationToken);
                await schema.DropFormerIndexesAsync(cancellationToken);
                _ready = true;
            }
        }
        finally
        {
            _preparing.Release();
        }
    }

    public Task PingAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        UseAsync(
            () => Facts.UpdateOneAsync(
                new BsonDocument("_id", "probe"), new BsonDocument("$set", new BsonDocument("at", now.ToUnixTimeMilliseconds())),
                new() { IsUpsert = true }, cancellationToken),
            cancellationToken);

    public void Dispose()
    {
        _preparing.Dispose();
        _client.Dispose();
    }

    // The driver makes its settings anew for each.
    private IMongoCollection<BsonDocument> Collection(string name) => _collections.GetOrAdd(name, asked => _database.GetCollection<BsonDocument>(asked));
}
