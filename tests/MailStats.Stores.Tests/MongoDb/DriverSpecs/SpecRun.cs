using System.Collections.Concurrent;
using MailStats.MongoStandIn;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Events;

namespace MailStats.Stores.Tests.MongoDb.DriverSpecs;

/// <summary>One test: what it makes, does and finds. What drivers send, and how they pick servers, is theirs and is not looked at.</summary>
internal sealed class SpecRun : IDisposable
{
    private readonly Dictionary<string, object> _entities = new(StringComparer.Ordinal);
    private readonly List<IDisposable> _owned = [];
    private readonly ConcurrentQueue<(string Command, string Message)> _refused = [];
    private readonly StandIn _server;

    public SpecRun(StandIn server)
    {
        _server = server;
        Admin = Connect(settings => settings.ApplicationName = null);
    }

    /// <summary>The first command that the stand-in refused for want of knowing it, and what it said.</summary>
    public (string Command, string Message)? Refused => _refused.TryPeek(out var first) ? first : null;

    private MongoClient Admin { get; }

    /// <exception cref="SpecException">The stand-in did something else than MongoDB does.</exception>
    public async Task TestAsync(SpecFile file, BsonDocument test)
    {
        foreach (var rows in SpecFile.Documents(file.Content, "initialData"))
        {
            await FillAsync(rows);
        }

        Make(SpecFile.Documents(file.Content, "createEntities"));

        foreach (var operation in SpecFile.Documents(test, "operations"))
        {
            await DoAsync(operation);
        }

        await Admin.GetDatabase("admin").RunCommandAsync<BsonDocument>(new BsonDocument { { "configureFailPoint", "failCommand" }, { "mode", "off" } });

        foreach (var rows in SpecFile.Documents(test, "outcome"))
        {
            var found = await RowsOf(rows).Find(FilterDefinition<BsonDocument>.Empty).Sort(new BsonDocument("_id", 1)).ToListAsync();
            Check(new BsonArray(found), rows["documents"], $"the outcome of {rows["collectionName"]}");
        }
    }

    public void Dispose()
    {
        // Sessions before their clients.
        Enumerable.Reverse(_owned).ToList().ForEach(owned => owned.Dispose());
    }

    private async Task DoAsync(BsonDocument operation)
    {
        var arguments = operation.GetValue("arguments", new BsonDocument()).AsBsonDocument;
        var name = operation["name"].AsString;
        BsonValue? result = null;
        Exception? error = null;

        try
        {
            result = operation["object"] == "testRunner"
                ? await RunnerAsync(name, arguments)
                : await SpecOperations.DoAsync(_entities[operation["object"].AsString], name, arguments, Session(arguments));
        }
        catch (Exception thrown) when (thrown is MongoException or BsonException or TimeoutException or ArgumentException
            or NotSupportedException or FormatException or InvalidOperationException)
        {
            error = thrown;
        }

        if (operation.TryGetValue("expectError", out var expected))
        {
            SpecErrors.Check(error ?? throw new SpecException($"{name} succeeded"), expected.AsBsonDocument);
        }
        else if (error is not null && !operation.GetValue("ignoreResultAndError", false).ToBoolean())
        {
            throw new SpecException($"{name}: {error.Message}");
        }
        else if (operation.TryGetValue("expectResult", out var wanted))
        {
            Check(result, wanted, $"the result of {name}");
        }
    }

    private async Task<BsonValue?> RunnerAsync(string name, BsonDocument arguments)
    {
        switch (name)
        {
            case "failPoint":
                return await Admin.GetDatabase("admin").RunCommandAsync<BsonDocument>(arguments["failPoint"].AsBsonDocument);
            case "createEntities":
                Make(SpecFile.Documents(arguments, "entities"));
                return null;
            // About what a driver sends, or what its session is pinned to.
            case "assertSameLsidOnLastTwoCommands" or "assertDifferentLsidOnLastTwoCommands" or "assertSessionDirty" or "assertSessionNotDirty"
                or "assertSessionPinned" or "assertSessionUnpinned" or "assertSessionTransactionState":
                return null;
            case "assertCollectionExists" or "assertCollectionNotExists":
                return await Admin.GetDatabase(arguments["databaseName"].AsString).RunCommandAsync<BsonDocument>(new BsonDocument("listCollections", 1));
            case "assertIndexExists" or "assertIndexNotExists":
                var indexes = await (await RowsOf(arguments).Indexes.ListAsync()).ToListAsync();
                Check(indexes.Exists(index => index["name"] == arguments["indexName"]), name == "assertIndexExists", name);
                return null;
            default:
                throw new NotKnownException($"the operation {name}");
        }
    }

    private void Make(IEnumerable<BsonDocument> entities)
    {
        foreach (var (kind, entity) in entities.Select(entity => (entity.GetElement(0).Name, entity[0].AsBsonDocument)))
        {
            _entities.Add(entity["id"].AsString, kind switch
            {
                "client" => Connect(settings => Set(settings, entity.GetValue("uriOptions", new BsonDocument()).AsBsonDocument)),
                "database" => With(((IMongoClient)_entities[entity["client"].AsString]).GetDatabase(entity["databaseName"].AsString), entity),
                "collection" => With(
                    ((IMongoDatabase)_entities[entity["database"].AsString]).GetCollection<BsonDocument>(entity["collectionName"].AsString), entity),
                "session" => Begin((IMongoClient)_entities[entity["client"].AsString], entity.GetValue("sessionOptions", new BsonDocument()).AsBsonDocument),
                _ => throw new NotKnownException($"the entity {kind}"),
            });
        }
    }

    private MongoClient Connect(Action<MongoClientSettings> change)
    {
        var settings = MongoClientSettings.FromConnectionString(_server.ConnectionString);
        change(settings);
        settings.ClusterConfigurator = builder => builder.Subscribe<CommandFailedEvent>(failed =>
        {
            var message = (failed.Failure as MongoCommandException)?.Result?.GetValue("errmsg", "").AsString ?? failed.Failure.Message;

            if (message.Contains("The stand-in for MongoDB", StringComparison.Ordinal))
            {
                _refused.Enqueue((failed.CommandName, message));
            }
        });
        var client = new MongoClient(settings);
        _owned.Add(client);

        return client;
    }

    private IClientSessionHandle Begin(IMongoClient client, BsonDocument options)
    {
        var session = client.StartSession(new()
        {
            CausalConsistency = options.TryGetValue("causalConsistency", out var causal) ? causal.ToBoolean() : null,
            Snapshot = options.GetValue("snapshot", false).ToBoolean(),
            DefaultTransactionOptions = SpecOptions.Transaction(options.GetValue("defaultTransactionOptions", new BsonDocument()).AsBsonDocument),
        });
        _owned.Add(session);

        return session;
    }

    private static void Set(MongoClientSettings settings, BsonDocument options)
    {
        foreach (var (name, value) in options.Select(option => (option.Name, option.Value)))
        {
            switch (name)
            {
                case "retryWrites": settings.RetryWrites = value.ToBoolean(); break;
                case "retryReads": settings.RetryReads = value.ToBoolean(); break;
                case "readConcernLevel": settings.ReadConcern = SpecOptions.Read(new("level", value)); break;
                case "w": settings.WriteConcern = SpecOptions.Write(new("w", value)); break;
                case "appname" or "appName": settings.ApplicationName = value.AsString; break;
                default: throw new NotKnownException($"the connection option {name}");
            }
        }
    }

    private static IMongoDatabase With(IMongoDatabase database, BsonDocument entity)
    {
        var options = entity.GetValue("databaseOptions", new BsonDocument()).AsBsonDocument;
        database = options.TryGetValue("writeConcern", out var write) ? database.WithWriteConcern(SpecOptions.Write(write.AsBsonDocument)) : database;

        return options.TryGetValue("readConcern", out var read) ? database.WithReadConcern(SpecOptions.Read(read.AsBsonDocument)) : database;
    }

    private static IMongoCollection<BsonDocument> With(IMongoCollection<BsonDocument> rows, BsonDocument entity)
    {
        var options = entity.GetValue("collectionOptions", new BsonDocument()).AsBsonDocument;
        rows = options.TryGetValue("writeConcern", out var write) ? rows.WithWriteConcern(SpecOptions.Write(write.AsBsonDocument)) : rows;

        return options.TryGetValue("readConcern", out var read) ? rows.WithReadConcern(SpecOptions.Read(read.AsBsonDocument)) : rows;
    }

    private IClientSessionHandle? Session(BsonDocument arguments) =>
        arguments.TryGetValue("session", out var session) ? (IClientSessionHandle)_entities[session.AsString] : null;

    private async Task FillAsync(BsonDocument rows)
    {
        await RowsOf(rows).DeleteManyAsync(FilterDefinition<BsonDocument>.Empty);

        if (rows["documents"].AsBsonArray is { Count: > 0 } documents)
        {
            await RowsOf(rows).InsertManyAsync(documents.Select(row => row.AsBsonDocument));
        }
    }

    private IMongoCollection<BsonDocument> RowsOf(BsonDocument place) =>
        Admin.GetDatabase(place["databaseName"].AsString).GetCollection<BsonDocument>(place["collectionName"].AsString);

    private static void Check(BsonValue? actual, BsonValue expected, string what)
    {
        if (!SpecMatch.Is(actual, expected))
        {
            throw new SpecException($"{what} is {actual?.ToString() ?? "nothing"}, expected was {expected}");
        }
    }
}

/// <summary>A test does not pass.</summary>
internal sealed class SpecException(string what) : Exception(what);
