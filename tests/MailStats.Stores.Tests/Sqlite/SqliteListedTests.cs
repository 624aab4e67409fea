using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Tests.Sqlite;

public sealed class SqliteListedTests
{
    private static readonly byte[] Ann = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    private static readonly byte[] Ben = [1, 2, 3, 4, 5, 6, 7, 9, 9, 10, 11, 12];

    [Fact]
    public async Task An_address_that_has_no_entry_need_not_be_looked_for_whoever_adds_entries()
    {
        await using var store = new TemporaryStore();
        await using var another = (TemporaryStore)store.Another();

        Assert.Equal((false, false), await MayHaveAsync(store));
        await AddAsync(store, 1, Ann);
        Assert.Equal((true, false), await MayHaveAsync(store));
        await AddAsync(another, 2, Ben);
        Assert.Equal((true, true), await MayHaveAsync(store));
    }

    [Theory]
    [InlineData(SqliteListed.Most, false)]
    [InlineData(SqliteListed.Most + 1, true)]
    public async Task Of_more_entries_than_are_kept_in_memory_each_address_is_looked_for(long highest, bool looks)
    {
        await using var store = new TemporaryStore();
        await AddAsync(store, highest, Ann);

        Assert.Equal((true, looks), await MayHaveAsync(store));
    }

    [Fact]
    public async Task A_change_that_failed_leaves_no_gap()
    {
        await using var store = new TemporaryStore();
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.Files.Statistics.WriteAsync<bool>(
            session =>
            {
                Insert(session, 1, Ann);
                session.Listed.CatchUp(session);

                throw new InvalidOperationException("This change fails.");
            },
            default));

        await AddAsync(store, 1, Ben);

        Assert.Equal((false, true), await MayHaveAsync(store));
    }

    private static Task<(bool Ann, bool Ben)> MayHaveAsync(TemporaryStore store) => store.Files.Statistics.WriteAsync(
        session =>
        {
            session.Listed.CatchUp(session);

            return (session.Listed.MayHave(Ann), session.Listed.MayHave(Ben));
        },
        default);

    private static Task<bool> AddAsync(TemporaryStore store, long id, byte[] hash) =>
        store.Files.Statistics.WriteAsync(session => Insert(session, id, hash), default);

    private static bool Insert(SqliteSession session, long id, byte[] hash)
    {
        session.Prepare(
            """
            INSERT INTO suppressions (id, tenant, hash, domain, address, cause, since, number, facts)
            VALUES (?1, 'acme', ?2, '', 'somebody@example.net', 1, 0, 0, x'7b7d')
            """)
            .Bind(1, id).Bind(2, hash).Execute();

        return true;
    }
}
