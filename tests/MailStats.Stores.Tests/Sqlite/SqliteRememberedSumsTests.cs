using MailStats.Contracts;
using MailStats.Mail.Statistics;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Statistics;
using MailStats.TestSupport;

namespace MailStats.Stores.Tests.Sqlite;

/// <summary>Sums by domain and receiver that are kept as long as a bucket stands as it stood.</summary>
public sealed class SqliteRememberedSumsTests
{
    private static readonly TimeRange Day = new(Some.Noon.AddHours(-12), Some.Noon.AddHours(12));

    /// <summary>The tenant's own sums are the same before and after.</summary>
    [Fact]
    public async Task A_delivery_that_moves_to_another_domain_is_seen_there()
    {
        await using var store = new TemporaryStore();
        await store.Deliveries.ApplyAsync([Some.Delivered(sender: "shop@envelope.example")], default);
        Assert.Equal(["envelope.example"], await DomainsAsync(store));

        await store.Deliveries.ApplyAsync(
            [Some.Event(
                DeliveryEventKind.Accepted, sender: "shop@envelope.example", with: reported => reported with { HeaderFrom = "shop@header.example" })],
            default);

        Assert.Equal(["header.example"], await DomainsAsync(store));
        Assert.Equal(new Counters(1, 1, 0, 0, 0), await store.Statistics.SumAsync(new("acme"), Day, default));
    }

    /// <summary>Most of a day is read as the day without the rest.</summary>
    [Theory]
    [InlineData(0, 4, 0)]
    [InlineData(0, 52, 1)]
    [InlineData(0, 57, 2)]
    [InlineData(45, 96, 3)]
    [InlineData(44, 58, 3)]
    [InlineData(-40, 57, 2)]
    [InlineData(-90, 130, 3)]
    public async Task A_part_of_a_day_is_what_lies_in_it(int from, int to, int domains)
    {
        await using var store = new TemporaryStore();
        var midnight = Some.Noon.AddHours(-12);
        await store.Deliveries.ApplyAsync(
            [
                Some.Delivered("m1", sender: "shop@one.example", at: midnight.AddMinutes(50 * 15)),
                Some.Delivered("m2", sender: "shop@two.example", at: midnight.AddMinutes(52 * 15)),
                Some.Delivered("m3", sender: "shop@three.example", at: midnight.AddMinutes((57 * 15) + 14)),
            ],
            default);
        var range = new TimeRange(midnight.AddMinutes(15 * from), midnight.AddMinutes(15 * to));

        for (var again = 0; again < 2; again++)
        {
            Assert.Equal(domains, (await store.Statistics.DomainsAsync("acme", range, default)).Count(domain => domain.Counters.Recipients == 1));
            Assert.Equal(domains, (await store.Statistics.ProvidersAsync(new("acme"), range, default)).Sum(provider => provider.Counters.Delivered));
        }
    }

    [Fact]
    public async Task What_a_repair_has_mended_is_read_again()
    {
        await using var store = new TemporaryStore();
        await store.Deliveries.ApplyAsync([Some.Delivered("m1", sender: "shop@one.example"), Some.Delivered("m2", sender: "shop@two.example")], default);
        await store.Files.Statistics.WriteAsync(session => Run(session, "UPDATE rollups SET delivered = 0, pending = 1 WHERE parent != 0"), default);
        Assert.All(await store.Statistics.DomainsAsync("acme", Day, default), domain => Assert.Equal(0, domain.Counters.Delivered));

        await store.Verification.VerifyAsync(repair: true, default);

        Assert.All(await store.Statistics.DomainsAsync("acme", Day, default), domain => Assert.Equal(1, domain.Counters.Delivered));
    }

    [Fact]
    public async Task Larger_figures_than_are_kept_are_right_all_the_same()
    {
        await using var store = new TemporaryStore();
        await store.Deliveries.ApplyAsync([Some.Delivered()], default);
        var (most, more) = ((long)int.MaxValue, int.MaxValue + 1L);

        foreach (var count in new[] { most, more })
        {
            await store.Files.Statistics.WriteAsync(
                session => Run(session, FormattableString.Invariant($"UPDATE rollups SET recipients = {count}, delivered = {count}")), default);

            Assert.Equal(count, Assert.Single(await store.Statistics.DomainsAsync("acme", Day, default)).Counters.Delivered);
            Assert.Equal(count, Assert.Single(await store.Statistics.DomainsAsync("acme", Day, default)).Counters.Delivered);
        }

        Assert.NotNull(ChildCounters.Of(1, new(most, most, 0, 0, 0, most)));
        Assert.Null(ChildCounters.Of(1, new(more, more, 0, 0, 0)));
        Assert.Null(ChildCounters.Of(1, new(0, 0, 0, 0, 0, more)));
    }

    [Fact]
    public void No_more_is_kept_than_two_generations()
    {
        var memory = new RollupMemory();
        var stand = new BucketStand(1, default);
        var rows = Enumerable.Range(1, 1_000).Select(id => ((long)id, new Counters(1, 1, 0, 0, 0))).ToList();
        const int Buckets = RollupMemory.MostRows / 1_000;

        for (var start = 0; start < (2 * Buckets) + 1; start++)
        {
            memory.Put(new(false, 1, 0, start), stand, rows);
            Assert.InRange(memory.Rows, 1, 2 * (RollupMemory.MostRows + rows.Count));
        }

        Assert.True(memory.TryGet(new(false, 1, 0, 2 * Buckets), stand, out _));

        // One more generation, and what nobody asked for meanwhile is gone; what was asked for is there.
        for (var start = 2 * Buckets; start < 4 * Buckets; start++)
        {
            Assert.True(memory.TryGet(new(false, 1, 0, 2 * Buckets), stand, out _));
            memory.Put(new(false, 1, 0, start), stand, rows);
        }

        Assert.False(memory.TryGet(new(false, 1, 0, 1), stand, out _));
    }

    [Fact]
    public void No_more_places_are_given_than_there_are()
    {
        var memory = new RollupMemory();
        var stand = new BucketStand(1, default);
        var most = Enumerable.Range(1, RollupMemory.MostPlaces).Select(id => ((long)id, new Counters(1, 1, 0, 0, 0))).ToList();

        Assert.NotNull(memory.Put(new(true, 1, 0, 1), stand, most[1..]));
        Assert.False(memory.IsFull);
        Assert.NotNull(memory.Put(new(true, 1, 0, 2), stand, most));
        Assert.True(memory.IsFull);

        // Those that have one go on.
        Assert.Null(memory.Put(new(false, 1, 0, 3), stand, most[..1]));
        Assert.NotNull(memory.Put(new(true, 1, 0, 4), stand, most[5..9]));
        Assert.Equal(2, memory.IdAt(true, 1, 0));
    }

    [Fact]
    public void What_has_moved_is_not_believed()
    {
        var memory = new RollupMemory();
        var key = new BucketKey(false, 1, 0, 7);
        memory.Put(key, new(3, new(5, 5, 0, 0, 0)), []);

        Assert.True(memory.TryGet(key, new(3, new(5, 5, 0, 0, 0)), out _));
        Assert.False(memory.TryGet(key, new(4, new(5, 5, 0, 0, 0)), out _));
        // As a program from before there were steps would leave it.
        Assert.False(memory.TryGet(key, new(3, new(6, 5, 0, 0, 1)), out _));
        Assert.False(memory.TryGet(key with { ByProvider = true }, new(3, new(5, 5, 0, 0, 0)), out _));
    }

    [Fact]
    public async Task A_store_of_before_is_read_and_goes_on()
    {
        using var folder = new TemporaryFolder();

        await using (var old = new SqliteDatabase(Path.Combine(folder.Path, "statistics.db"), SqliteSchema.Statistics.UpTo(26), writerCacheKilobytes: 1024))
        {
            // One delivery of before, as quarter hour and day, of tenant, domain and mailbox.
            await old.WriteAsync(
                session => Run(
                    session,
                    "INSERT INTO providers (id, name) VALUES (1, 'Gmail')",
                    """
                    INSERT INTO scopes (id, tenant, domain, mailbox, parent) VALUES
                      (1, 'acme', '', '', 0), (2, 'acme', 'example.org', '', 1), (3, 'acme', 'example.org', 'shop@example.org', 2)
                    """,
                    FormattableString.Invariant(
                        $"""
                        INSERT INTO rollups (tier, start, parent, scope, recipients, delivered, soft, hard, pending)
                        SELECT t.tier, {Some.Noon.ToUnixTimeSeconds()} / t.length, s.parent, s.id, 1, 1, 0, 0, 0
                        FROM scopes s, (SELECT 0 AS tier, 900 AS length UNION ALL SELECT 1, 86400) t
                        """),
                    """
                    INSERT INTO provider_rollups (tier, start, scope, provider, recipients, delivered, soft, hard, pending)
                    SELECT tier, start, scope, 1, 1, 1, 0, 0, 0 FROM rollups
                    """),
                default);
        }

        await using var store = new TemporaryStore(folder: folder.Path);
        Assert.Equal([new NamedCounters("example.org", new(1, 1, 0, 0, 0))], await store.Statistics.DomainsAsync("acme", Day, default));
        Assert.Equal([new NamedCounters("Gmail", new(1, 1, 0, 0, 0))], await store.Statistics.ProvidersAsync(new("acme"), Day, default));

        await store.Deliveries.ApplyAsync([Some.HardBounce("m2")], default);

        Assert.Equal([new NamedCounters("example.org", new(2, 1, 0, 1, 0))], await store.Statistics.DomainsAsync("acme", Day, default));
        Assert.Equal([new NamedCounters("Gmail", new(2, 1, 0, 1, 0))], await store.Statistics.ProvidersAsync(new("acme"), Day, default));
        Assert.Equal(new Counters(2, 1, 0, 1, 0), Assert.Single(await store.Statistics.BucketsAsync(new("acme"), Day, default)).Counters);
    }

    /// <summary>A tenant's own rows are found one after the other, and not among those of its domains.</summary>
    [Fact]
    public async Task A_tenants_sums_are_read_from_their_own_index()
    {
        await using var store = new TemporaryStore();

        var plan = store.Files.Statistics.Read(session =>
        {
            var steps = new List<string>();
            using var command = session.Connection.CreateCommand();
            command.CommandText =
                "EXPLAIN QUERY PLAN SELECT sum(r.recipients), sum(r.complaints) FROM rollups r "
                + "WHERE r.parent = 0 AND r.scope = 1 AND r.tier = 0 AND r.start >= 5 AND r.start < 9 ORDER BY r.start";
            using var reader = command.ExecuteReader();

            while (reader.Read())
            {
                steps.Add(reader.GetString(3));
            }

            return steps;
        });

        Assert.Contains("COVERING INDEX rollups_of_tenants (scope=? AND tier=? AND start>? AND start<?)", Assert.Single(plan), StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<string>> DomainsAsync(TemporaryStore store) =>
        (await store.Statistics.DomainsAsync("acme", Day, default)).Select(domain => domain.Name);

    private static bool Run(SqliteSession session, params string[] statements)
    {
        foreach (var statement in statements)
        {
            using var command = session.Connection.CreateCommand();
            command.CommandText = statement;
            command.ExecuteNonQuery();
        }

        return true;
    }
}
