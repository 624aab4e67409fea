using MailStats.MongoStandIn;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.Tests.MongoDb;

/// <summary>Where MongoDB's own tests had found the stand-in to answer otherwise than a server.</summary>
public sealed class StandInConcernTests : IAsyncDisposable
{
    private const int Interrupted = 11601;
    private const int ShutdownInProgress = 91;

    private readonly StandIn _server = StandIn.Start(new(), TimeProvider.System);
    private readonly MongoClient _client;
    private readonly IMongoCollection<BsonDocument> _rows;

    public StandInConcernTests()
    {
        _client = new(_server.ConnectionString);
        _rows = _client.GetDatabase("test").GetCollection<BsonDocument>("rows");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_connection_that_is_not_to_be_closed_carries_the_error()
    {
        await FailAsync("insert", new() { { "errorCode", Interrupted }, { "closeConnection", false } });

        var error = await Assert.ThrowsAsync<MongoCommandException>(() => _rows.InsertOneAsync(new("_id", 1)));

        Assert.Equal((Interrupted, "Interrupted", false), (error.Code, error.CodeName, error.HasErrorLabel("RetryableWriteError")));
        Assert.Equal(0, _server.Rows("test.rows"));
    }

    [Fact]
    public async Task A_write_for_more_members_than_there_are_is_done_and_told()
    {
        var error = await Assert.ThrowsAsync<MongoWriteException>(() => _rows.WithWriteConcern(new(2)).InsertOneAsync(new("_id", 1)));

        Assert.Equal((100, 1L), (error.WriteConcernError.Code, _server.Rows("test.rows")));
        await _rows.WithWriteConcern(new(1)).InsertOneAsync(new("_id", 2));
    }

    [Fact]
    public async Task A_commit_for_more_members_than_there_are_is_done_and_told()
    {
        using var session = await _client.StartSessionAsync();
        session.StartTransaction(new(writeConcern: new WriteConcern(2)));
        await _rows.InsertOneAsync(session, new("_id", 1));

        var error = await Assert.ThrowsAsync<MongoWriteConcernException>(() => session.CommitTransactionAsync());

        var told = error.WriteConcernResult.Response["writeConcernError"];
        Assert.Equal((100, 1L), (told["code"].ToInt32(), _server.Rows("test.rows")));
        Assert.False(error.HasErrorLabel("TransientTransactionError"));
    }

    [Theory]
    [InlineData("insert")]
    [InlineData("update")]
    [InlineData("delete")]
    [InlineData("findAndModify")]
    [InlineData("listIndexes")]
    public async Task Only_queries_read_a_snapshot_outside_of_a_transaction(string command)
    {
        await _rows.InsertOneAsync(new("_id", 1));
        var body = new BsonDocument { { command, "rows" }, { "readConcern", new BsonDocument("level", "snapshot") } };

        var error = await Assert.ThrowsAsync<MongoCommandException>(() => _client.GetDatabase("test").RunCommandAsync<BsonDocument>(body));

        Assert.Equal((72, 1L), (error.Code, _server.Rows("test.rows")));
    }

    [Theory]
    [InlineData(ShutdownInProgress, true)]
    [InlineData(Interrupted, false)]
    public async Task A_fail_point_lets_a_write_be_done_that_is_not_acknowledged(int code, bool isRepeated)
    {
        await FailAsync("insert", new("writeConcernError", new BsonDocument { { "code", code }, { "errmsg", "not yet on a majority" } }));

        // The driver repeats what may pass; the second time it is answered as the first, and not done twice.
        var error = await Record.ExceptionAsync(() => _rows.InsertOneAsync(new("_id", 1)));

        Assert.Equal((isRepeated, 1L), (error is null, _server.Rows("test.rows")));
    }

    /// <summary>Within a transaction nothing is acknowledged before its commit.</summary>
    [Fact]
    public async Task A_write_of_a_transaction_that_is_not_acknowledged_bears_no_label()
    {
        await FailAsync("insert", new("writeConcernError", new BsonDocument { { "code", ShutdownInProgress }, { "errmsg", "not yet on a majority" } }));
        using var session = await _client.StartSessionAsync();
        session.StartTransaction();

        var error = await Assert.ThrowsAsync<MongoWriteException>(() => _rows.InsertOneAsync(session, new("_id", 1)));

        Assert.False(error.HasErrorLabel("TransientTransactionError") || error.HasErrorLabel("RetryableWriteError"));
    }

    private async Task FailAsync(string command, BsonDocument how) => await _client.GetDatabase("admin").RunCommandAsync<BsonDocument>(new BsonDocument
    {
        { "configureFailPoint", "failCommand" }, { "mode", new BsonDocument("times", 1) },
        { "data", new BsonDocument("failCommands", new BsonArray { command }).AddRange(how) },
    });
}
