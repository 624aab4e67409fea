using MailStats.MongoStandIn;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.Tests.MongoDb;

/// <summary>The rules of a replica set that the stores build on, as the stand-in keeps them.</summary>
public sealed class StandInTests : IAsyncLifetime, IDisposable
{
    private const string Application = "stand-in tests";

    private static readonly BsonDocument One = new("_id", 1);
    private static readonly BsonDocument Add = new("$inc", new BsonDocument("n", 1));

    private readonly StandIn _standIn = StandIn.Start(new(), TimeProvider.System);
    private readonly MongoClient _client;
    private readonly IMongoCollection<BsonDocument> _rows;

    public StandInTests()
    {
        _client = new(new MongoUrlBuilder(_standIn.ConnectionString) { ApplicationName = Application }.ToString());
        _rows = _client.GetDatabase("test").GetCollection<BsonDocument>("rows");
    }

    /// <summary>Commands that MongoDB has and no store uses.</summary>
    public static TheoryData<string> Unknown =>
    [
        "{ find: 'rows', filter: { n: { $mod: [2, 0] } } }",
        "{ find: 'rows', filter: { 'n.m': 1 } }",
        "{ find: 'rows', collation: { locale: 'en' } }",
        "{ find: 'rows', projection: { n: 0 } }",
        "{ update: 'rows', updates: [{ q: {}, u: { $mul: { n: 2 } } }] }",
        "{ update: 'rows', updates: [{ q: {}, u: [{ $set: { n: 1 } }] }] }",
        "{ update: 'rows', updates: [{ q: {}, u: { $pop: { list: 1 } } }] }",
        "{ update: 'rows', updates: [{ q: {}, u: { $set: { 'n.m': 1 } } }] }",
        "{ aggregate: 'rows', pipeline: [{ $limit: 1 }], cursor: {} }",
        "{ aggregate: 'rows', pipeline: [{ $group: { _id: 1, n: { $avg: '$n' } } }], cursor: {} }",
        "{ createIndexes: 'rows', indexes: [{ key: { n: 'text' }, name: 'n' }] }",
        "{ count: 'rows' }",
    ];

    public async Task InitializeAsync() => await _rows.InsertOneAsync(new(One) { { "n", 0 } });

    public async Task DisposeAsync() => await _standIn.DisposeAsync();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task The_first_of_two_transactions_to_change_a_row_wins()
    {
        using var first = await BeginAsync();
        using var second = await BeginAsync();
        await _rows.UpdateOneAsync(first, One, Add);

        var conflict = await Assert.ThrowsAsync<MongoCommandException>(() => _rows.UpdateOneAsync(second, One, Add));
        await first.CommitTransactionAsync();

        Assert.Equal((112, true), (conflict.Code, conflict.HasErrorLabel("TransientTransactionError")));
        Assert.Equal(1, await NumberAsync());
    }

    [Fact]
    public async Task A_row_that_was_changed_after_the_moment_of_a_transaction_is_a_conflict()
    {
        using var late = await BeginAsync();
        await _rows.Find(late, One).SingleAsync();
        await _rows.UpdateOneAsync(One, Add);

        var conflict = await Assert.ThrowsAsync<MongoCommandException>(() => _rows.UpdateOneAsync(late, One, Add));

        Assert.Equal(112, conflict.Code);
    }

    [Fact]
    public async Task What_changes_nothing_conflicts_with_nobody()
    {
        using var first = await BeginAsync();
        using var second = await BeginAsync();
        await _rows.UpdateOneAsync(first, One, Add);
        await _rows.UpdateOneAsync(second, One, new BsonDocument("$max", new BsonDocument("n", 0)));

        await first.CommitTransactionAsync();
        await second.CommitTransactionAsync();

        Assert.Equal(1, await NumberAsync());
    }

    [Fact]
    public async Task A_transaction_and_a_snapshot_each_read_one_moment()
    {
        using var transaction = await BeginAsync();
        using var snapshot = await _client.StartSessionAsync(new() { Snapshot = true });
        await _rows.Find(transaction, One).SingleAsync();
        await _rows.Find(snapshot, One).SingleAsync();
        await _rows.UpdateOneAsync(One, Add);
        await _rows.InsertOneAsync(new("_id", 2));

        Assert.Equal(0, (await _rows.Find(transaction, One).SingleAsync())["n"]);
        Assert.Equal(0, (await _rows.Find(snapshot, One).SingleAsync())["n"]);
        Assert.Equal(1, await _rows.CountDocumentsAsync(snapshot, new BsonDocument()));
        Assert.Equal(2, await _rows.CountDocumentsAsync(new BsonDocument()));
    }

    [Fact]
    public async Task A_snapshot_of_now_is_kept_however_long_nothing_was_changed_and_one_of_before_is_not()
    {
        var clock = new Clock();
        await using var standIn = StandIn.Start(new(), clock);
        using var client = new MongoClient(standIn.ConnectionString);
        var rows = client.GetDatabase("test").GetCollection<BsonDocument>("rows");
        using var before = await client.StartSessionAsync(new() { Snapshot = true });
        using var now = await client.StartSessionAsync(new() { Snapshot = true });
        await rows.InsertOneAsync(new(One) { { "n", 0 } });
        await rows.Find(before, One).SingleAsync();
        await rows.UpdateOneAsync(One, Add);
        clock.Ahead = TimeSpan.FromHours(1);

        Assert.Equal(1, (await rows.Find(now, One).SingleAsync())["n"]);
        await rows.UpdateOneAsync(One, Add);
        Assert.Equal(1, (await rows.Find(now, One).SingleAsync())["n"]);
        Assert.Equal(239, (await Assert.ThrowsAsync<MongoCommandException>(() => rows.Find(before, One).SingleAsync())).Code);
    }

    [Fact]
    public async Task A_transaction_sees_its_own_changes_and_others_see_them_when_it_has_committed()
    {
        using var transaction = await BeginAsync();
        await _rows.UpdateOneAsync(transaction, One, Add);
        await _rows.DeleteOneAsync(transaction, One);
        await _rows.InsertOneAsync(transaction, new(One) { { "n", 7 } });

        Assert.Equal(7, (await _rows.Find(transaction, One).SingleAsync())["n"]);
        Assert.Equal(0, await NumberAsync());
        await transaction.CommitTransactionAsync();
        Assert.Equal(7, await NumberAsync());
    }

    [Fact]
    public async Task A_unique_index_holds_against_transactions_that_have_not_committed()
    {
        await _rows.Indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(
            new BsonDocument("name", 1),
            new CreateIndexOptions<BsonDocument>
            {
                Unique = true, PartialFilterExpression = new BsonDocument("name", new BsonDocument("$exists", true)),
            }));
        using var first = await BeginAsync();
        using var second = await BeginAsync();
        await _rows.InsertOneAsync(first, new() { { "_id", 2 }, { "name", "ann" } });

        var conflict = await Assert.ThrowsAnyAsync<MongoException>(() => _rows.InsertOneAsync(second, new() { { "_id", 3 }, { "name", "ann" } }));
        await first.CommitTransactionAsync();
        var duplicate = await Assert.ThrowsAsync<MongoWriteException>(() => _rows.InsertOneAsync(new() { { "_id", 4 }, { "name", "ann" } }));
        await _rows.InsertManyAsync([new("_id", 5), new("_id", 6)]);

        Assert.True(conflict.HasErrorLabel("TransientTransactionError"));
        Assert.Equal(ServerErrorCategory.DuplicateKey, duplicate.WriteError.Category);
    }

    [Fact]
    public async Task A_hundred_at_once_make_one_row()
    {
        await Task.WhenAll(
            Enumerable.Range(0, 100).Select(_ => Task.Run(() => _rows.UpdateOneAsync(new BsonDocument("_id", "all"), Add, new() { IsUpsert = true }))));

        Assert.Equal(100, (await _rows.Find(new BsonDocument("_id", "all")).SingleAsync())["n"]);
    }

    [Fact]
    public async Task A_write_whose_answer_is_lost_is_done_once()
    {
        await FailAsync("update");

        await _rows.UpdateOneAsync(One, Add);

        Assert.Equal(1, await NumberAsync());
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_done_once()
    {
        using var transaction = await BeginAsync();
        await _rows.UpdateOneAsync(transaction, One, Add);
        await FailAsync("commitTransaction");

        await transaction.CommitTransactionAsync();

        Assert.Equal(1, await NumberAsync());
    }

    [Fact]
    public async Task A_write_waits_for_the_transaction_that_holds_its_row_which_ends_when_its_time_is_over()
    {
        await using var impatient = StandIn.Start(new() { TransactionLifetime = TimeSpan.FromSeconds(1) }, TimeProvider.System);
        using var client = new MongoClient(impatient.ConnectionString);
        var rows = client.GetDatabase("test").GetCollection<BsonDocument>("rows");
        await rows.InsertOneAsync(new(One) { { "n", 0 } });
        using var left = await client.StartSessionAsync();
        left.StartTransaction();
        await rows.UpdateOneAsync(left, One, new BsonDocument("$set", new BsonDocument("n", 100)));

        await rows.UpdateOneAsync(One, Add);

        Assert.Equal(1, (await rows.Find(One).SingleAsync())["n"]);
        Assert.Equal(251, (await Assert.ThrowsAsync<MongoCommandException>(() => left.CommitTransactionAsync())).Code);
    }

    [Fact]
    public async Task Rows_are_read_in_the_order_of_an_index_or_sorted_alike_and_batch_by_batch()
    {
        await _rows.InsertManyAsync(
            Enumerable.Range(10, 3_000).Select(number => new BsonDocument { { "_id", number }, { "group", number % 3 }, { "at", number * 7919 % 3_000 } }));
        var filter = new BsonDocument { { "group", 1 }, { "at", new BsonDocument { { "$gte", 100 }, { "$lt", 2_900 } } } };
        var latestFirst = new BsonDocument { { "at", -1 }, { "_id", 1 } };

        var sorted = await _rows.Find(filter).Sort(latestFirst).ToListAsync();
        await _rows.Indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(new BsonDocument { { "group", 1 }, { "at", -1 }, { "_id", 1 } }));
        var inOrder = await _rows.Find(filter, new() { BatchSize = 50 }).Sort(latestFirst).ToListAsync();

        Assert.Equal(sorted.OrderByDescending(row => row["at"].AsInt32).ThenBy(row => row["_id"].AsInt32), sorted);
        Assert.Equal(sorted, inOrder);
        Assert.True(sorted.Count > 900);
    }

    /// <summary>Numbers in a path name fields of documents, and documents that are not there are made.</summary>
    [Fact]
    public async Task An_increment_reaches_into_a_row_and_widens_what_overflows()
    {
        using var before = await BeginAsync();
        await _rows.UpdateOneAsync(One, new BsonDocument("$inc", new BsonDocument { { "day.57", int.MaxValue }, { "day.t", 1 } }));
        await _rows.UpdateOneAsync(One, new BsonDocument("$inc", new BsonDocument { { "day.57", 1 }, { "day.t", 2 } }));

        var row = await _rows.Find(One).SingleAsync();
        Assert.Equal(BsonDocument.Parse("{ _id: 1, n: 0, day: { '57': NumberLong('2147483648'), t: 3 } }"), row);
        Assert.Equal(BsonType.Int64, row["day"]["57"].BsonType);
        Assert.Equal(28, (await Assert.ThrowsAsync<MongoWriteException>(
            () => _rows.UpdateOneAsync(One, new BsonDocument("$inc", new BsonDocument("n.m", 1))))).WriteError.Code);
        Assert.False((await _rows.Find(before, One).SingleAsync()).Contains("day"));
    }

    [Fact]
    public async Task A_sum_takes_what_is_a_number_of_the_fields_within_rows()
    {
        await _rows.InsertManyAsync(
            [BsonDocument.Parse("{ _id: 2, d: { '00': 2147483647, '01': 1, t: 9 } }"), BsonDocument.Parse("{ _id: 3, d: { '01': 'two' } }"), new("_id", 4)]);
        var group = BsonDocument.Parse("{ _id: null, some: { $sum: { $sum: ['$d.00', '$d.01'] } }, all: { $sum: '$d.t' } }");

        var stages = new BsonDocument[] { new("$match", new BsonDocument("_id", new BsonDocument("$gt", 1))), new("$group", group) };
        var sums = await _rows.Aggregate<BsonDocument>(stages).SingleAsync();

        Assert.Equal((2_147_483_648, 9), (sums["some"].ToInt64(), sums["all"].ToInt32()));
    }

    [Fact]
    public async Task A_dropped_index_is_gone_and_what_it_found_is_found_without()
    {
        await _rows.Indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(new BsonDocument("n", 1), new() { Name = "by_n" }));
        await _rows.InsertOneAsync(new() { { "_id", 2 }, { "n", 5 } });

        await _rows.Indexes.DropOneAsync("by_n");
        await _rows.UpdateOneAsync(new BsonDocument("_id", 2), Add);

        Assert.Equal(["_id_"], (await (await _rows.Indexes.ListAsync()).ToListAsync()).Select(index => index["name"].AsString));
        Assert.Equal(2, (await _rows.Find(new BsonDocument("n", 6)).SingleAsync())["_id"]);
        Assert.Equal(27, (await Assert.ThrowsAsync<MongoCommandException>(() => _rows.Indexes.DropOneAsync("by_n"))).Code);
    }

    [Theory]
    [MemberData(nameof(Unknown))]
    public async Task What_no_store_uses_is_refused(string command)
    {
        var refusal = await Assert.ThrowsAsync<MongoCommandException>(
            () => _client.GetDatabase("test").RunCommandAsync<BsonDocument>(BsonDocument.Parse(command)));

        Assert.Contains("stand-in", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_does_not_know_the_password_does_not_get_in()
    {
        await using var locked = StandIn.Start(new() { Login = ("mailstats", "p@ss") }, TimeProvider.System);

        await PingAsync("p@ss");
        await Assert.ThrowsAsync<MongoAuthenticationException>(() => PingAsync("pass"));
        await Assert.ThrowsAsync<MongoCommandException>(() => PingAsync(null));

        async Task PingAsync(string? password)
        {
            using var client = new MongoClient(
                new MongoUrlBuilder(locked.ConnectionString) { Username = password is null ? null : "mailstats", Password = password }.ToString());
            await client.GetDatabase("test").GetCollection<BsonDocument>("rows").Find(new BsonDocument()).ToListAsync();
        }
    }

    private async Task<IClientSessionHandle> BeginAsync()
    {
        var session = await _client.StartSessionAsync();
        session.StartTransaction(new(ReadConcern.Snapshot));
        // A transaction's moment is that of its first command.
        await _rows.Find(session, new BsonDocument("_id", 0)).FirstOrDefaultAsync();

        return session;
    }

    private async Task<int> NumberAsync() => (await _rows.Find(One).SingleAsync())["n"].AsInt32;

    private async Task FailAsync(string command)
    {
        using var other = new MongoClient(_standIn.ConnectionString);
        await other.GetDatabase("admin").RunCommandAsync<BsonDocument>(new BsonDocument
        {
            { "configureFailPoint", "failCommand" },
            { "mode", new BsonDocument("times", 1) },
            { "data", new BsonDocument { { "failCommands", new BsonArray { command } }, { "appName", Application }, { "closeConnection", true } } },
        });
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
    }
}
