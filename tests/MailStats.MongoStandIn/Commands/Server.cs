using MailStats.MongoStandIn.Rows;
using MailStats.MongoStandIn.Wire;
using MongoDB.Bson;

namespace MailStats.MongoStandIn.Commands;

/// <summary>The one member of a replica set: answers exactly the commands that the stores use.</summary>
internal sealed class Server
{
    private readonly TimeProvider _time;
    private readonly bool _doesBeforeClosing;
    private readonly Engine _engine;
    private readonly Sessions _sessions;
    private readonly Cursors _cursors = new();
    private readonly FailPoint _failPoint = new();
    private readonly Reading _reading;
    private readonly Writing _writing;

    public Server(StandInOptions options, TimeProvider time)
    {
        _time = time;
        _doesBeforeClosing = options.DoesBeforeClosing;
        _engine = new(time, options.History);
        _sessions = new(_engine, time, options.TransactionLifetime);
        _reading = new(_engine, _cursors);
        _writing = new(_engine);
    }

    /// <summary>What keeps the rows.</summary>
    public Engine Engine => _engine;

    /// <summary>Null when the connection is to be closed instead.</summary>
    public async Task<BsonDocument?> AnswerAsync(Request request, Client client, CancellationToken cancellationToken)
    {
        var fault = _failPoint.Find(request.Name, client.Application);

        if (fault is { Closes: true } && !_doesBeforeClosing)
        {
            return null;
        }

        if (fault is { Closes: false, Code: { } code })
        {
            return Stamp(Failure(code, "The fail point says so.", fault.Labels ?? Labels.Of(request, code)));
        }

        BsonDocument answer;

        try
        {
            answer = new BsonDocument(await RunAsync(request, client, cancellationToken)) { { "ok", 1.0 } };
            WriteConcerns.Add(answer, request, fault);
        }
        catch (CommandError error)
        {
            var labels = request.IsInTransaction && error.IsTransient ? new BsonArray { "TransientTransactionError" } : [];
            answer = Failure(error.Code, error.Message, labels);
        }
        catch (Exception error) when (error is InvalidCastException or KeyNotFoundException or FormatException)
        {
            answer = Failure(ErrorCode.BadValue, $"The stand-in for MongoDB cannot read this: {error.Message}", []);
        }

        return fault is { Closes: true } ? null : Stamp(answer);
    }

    private async Task<BsonDocument> RunAsync(Request request, Client client, CancellationToken cancellationToken)
    {
        switch (request.Name)
        {
            case "hello" or "isMaster" or "ismaster":
                return Hello(request, client);
            case "ping":
                return [];
            case "saslStart" or "saslContinue" when client.Login is { } login:
                return request.Name == "saslStart" ? login.Start(request) : login.Continue(request);
            case "endSessions":
                await Task.WhenAll(
                    request.Body["endSessions"].AsBsonArray.Select(session => _sessions.EndAsync(Convert.ToHexString(session["id"].AsByteArray))));
                return [];
        }

        if (!client.MayEnter)
        {
            throw new CommandError(ErrorCode.Unauthorized, "This command requires authentication.");
        }

        if (request.IsSnapshot && request.Name is not ("find" or "aggregate" or "distinct" or "getMore" or "killCursors"))
        {
            throw new CommandError(ErrorCode.InvalidOptions, $"{request.Name} does not support the read concern 'snapshot' outside of a transaction.");
        }

        switch (request.Name)
        {
            case "getMore":
                return _cursors.GetMore(request);
            case "killCursors":
                return _cursors.Kill(request);
            case "configureFailPoint":
                return _failPoint.Configure(request);
            case "createIndexes":
                return CreateIndexes(request);
            case "dropIndexes":
                return DropIndex(request);
            case "listIndexes":
                return _reading.ListIndexes(request);
            case "dropDatabase":
                _engine.DropDatabase(request.Database);
                return [];
        }

        return await _sessions.RunAsync(
            request,
            transaction => request.Name switch
            {
                "find" => Task.FromResult(_reading.Find(request, transaction)),
                "aggregate" => Task.FromResult(_reading.Aggregate(request, transaction)),
                "distinct" => Task.FromResult(_reading.Distinct(request, transaction)),
                "insert" => _writing.InsertAsync(request, transaction, cancellationToken),
                "update" => _writing.UpdateAsync(request, transaction, cancellationToken),
                "delete" => _writing.DeleteAsync(request, transaction, cancellationToken),
                "findAndModify" => _writing.FindAndModifyAsync(request, transaction, cancellationToken),
                _ => throw new CommandError(ErrorCode.CommandNotFound, $"The stand-in for MongoDB does not know the command '{request.Name}'."),
            },
            cancellationToken);
    }

    private BsonDocument Hello(Request request, Client client)
    {
        if (request.Body.TryGetValue("client", out var metadata) && metadata.AsBsonDocument.TryGetValue("application", out var application))
        {
            client.Application = application["name"].AsString;
        }

        var hello = new BsonDocument
        {
            { "helloOk", true }, { "ismaster", true }, { "isWritablePrimary", true }, { "secondary", false }, { "setName", "rs0" }, { "setVersion", 1 },
            { "hosts", new BsonArray { client.Address } }, { "primary", client.Address }, { "me", client.Address },
            { "maxBsonObjectSize", 16 * 1024 * 1024 }, { "maxMessageSizeBytes", Message.MaxSize }, { "maxWriteBatchSize", 100_000 },
            { "localTime", new BsonDateTime(_time.GetUtcNow().UtcDateTime) }, { "logicalSessionTimeoutMinutes", 30 }, { "connectionId", client.Number },
            // MongoDB 8.0.
            { "minWireVersion", 0 }, { "maxWireVersion", 25 }, { "readOnly", false },
        };

        return request.Body.Contains("saslSupportedMechs") ? hello.Add("saslSupportedMechs", new BsonArray { "SCRAM-SHA-256" }) : hello;
    }

    private BsonDocument CreateIndexes(Request request)
    {
        request.Allow("createIndexes", "indexes");
        var collection = _engine.Collection(request.Collection("createIndexes"));
        var before = collection.Indexes.Count;

        foreach (var index in request.Body["indexes"].AsBsonArray.Select(index => index.AsBsonDocument))
        {
            // What is past its time is not removed: nothing may build on when it is.
            Request.Allow(index, ["key", "name", "unique", "partialFilterExpression", "expireAfterSeconds"], "indexes");
            _engine.AddIndex(collection, index);
        }

        return new() { { "numIndexesBefore", before }, { "numIndexesAfter", collection.Indexes.Count } };
    }

    private BsonDocument DropIndex(Request request)
    {
        request.Allow("dropIndexes", "index");
        var collection = _engine.Find(request.Collection("dropIndexes")) ?? throw new CommandError(ErrorCode.NamespaceNotFound, "ns not found");
        var before = collection.Indexes.Count;
        _engine.DropIndex(collection, request.Body["index"].AsString);

        return new("nIndexesWas", before);
    }

    private static BsonDocument Failure(ErrorCode code, string message, BsonArray labels)
    {
        var name = Enum.IsDefined(code) ? code.ToString() : $"Location{(int)code}";
        var failure = new BsonDocument { { "ok", 0.0 }, { "errmsg", message }, { "code", (int)code }, { "codeName", name } };

        return labels.Count > 0 ? failure.Add("errorLabels", labels) : failure;
    }

    private BsonDocument Stamp(BsonDocument answer)
    {
        var now = new BsonTimestamp(_engine.Now);
        var signature = new BsonDocument { { "hash", new BsonBinaryData(new byte[20]) }, { "keyId", 0L } };

        return answer.AddRange(
            new BsonDocument { { "operationTime", now }, { "$clusterTime", new BsonDocument { { "clusterTime", now }, { "signature", signature } } } });
    }
}
