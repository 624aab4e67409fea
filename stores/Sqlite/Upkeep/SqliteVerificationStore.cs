using System.Diagnostics.CodeAnalysis;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Deliveries;
using MailStats.Stores.Sqlite.Search;
using MailStats.Stores.Sqlite.Statistics;
using MailStats.Stores.Upkeep;
using Microsoft.Data.Sqlite;

namespace MailStats.Stores.Sqlite.Upkeep;

/// <summary>
/// Counts all deliveries again, with the very code that counts them when they come in, into temporary tables that stand
/// before the real ones of the same name, and lets SQL compare the two.
/// </summary>
/// <remarks>
/// MongoDB compares a tenant at a time in memory and mends by adding what is missing, for it has no writer to hold still. The
/// rule both go by is <see cref="Contribution"/>.
/// </remarks>
internal sealed class SqliteVerificationStore(
    SqliteDatabase database, SqliteSearchVerification search, TimeProvider time) : IVerificationStore
{
    private const int WrittenAtOnce = 20_000;
    private const int MaxExamples = 20;

    /// <summary>Every table that follows from the deliveries, with four columns that name its rows.</summary>
    private static readonly (string Name, string Key, string Condition)[] Tables =
    [
        ("rollups", "tier, start, parent, scope", Countable),
        ("provider_rollups", "tier, start, scope, provider", Countable),
        ("reason_rollups", "tier, start, scope, reason", Countable),
        ("earlier_activities", "delivery, status, 0, 0", "TRUE"),
    ];

    /// <summary>Nobody compares how often a bucket was moved; what is counted again moves none.</summary>
    private const string Steps = "rollup_steps";

    /// <summary>Buckets out of which deliveries were removed by age: nobody can count them again.</summary>
    private const string Countable =
        """
        NOT EXISTS (SELECT 1 FROM uncountable u WHERE u.scope = r.scope
          AND r.start * (CASE r.tier WHEN 0 THEN 900000000 ELSE 86400000000 END) < u.before)
        """;

    public async Task<VerificationReport> VerifyAsync(bool repair, CancellationToken cancellationToken)
    {
        var report = await Task.Run(() => database.Read(session => Verify(session, repairedAt: null, cancellationToken)), cancellationToken);

        report = repair && report.Differences > 0
            ? await database.WriteAsync(session => Verify(session, time.GetUtcNow(), cancellationToken), cancellationToken)
            : report;
        var examples = report.Examples.ToList();
        var differences = await search.VerifyAsync(repair, examples, MaxExamples, cancellationToken);

        if (repair)
        {
            await database.WriteAsync(
                session =>
                {
                    session.Execute("DELETE FROM recounts");

                    return true;
                },
                cancellationToken);
        }

        return new(report.Deliveries, report.Differences + differences, repair && report.Differences + differences > 0, examples);
    }

    public Task<bool> IsRecountDueAsync(CancellationToken cancellationToken) => Task.FromResult(database.Read(session =>
    {
        var row = session.Prepare("SELECT 1 FROM recounts");
        var due = row.Step();
        row.Reset();

        return due;
    }));

    private static VerificationReport Verify(SqliteSession session, DateTimeOffset? repairedAt, CancellationToken cancellationToken)
    {
        var repair = repairedAt is not null;
        var temporary = Tables.Select(table => table.Name).Append(Steps).Append("uncountable").Append("different").ToList();

        // Not in a finally: a session that failed is closed, and its temporary tables go with it.
        CreateTemporary(session);
        var tallies = new SqliteTallyVerification(session, SqliteForgotten.FirstQuarter(session));
        tallies.Begin();
        var examples = new List<string>();
        var (deliveries, differences) = CountAgain(session, tallies, repair, examples, cancellationToken);
        differences += tallies.Compare(repairedAt, example => Tell(examples, example));

        differences += SqliteRowVerification.Verify(session, repairedAt, example => Tell(examples, example), cancellationToken);

        foreach (var (table, key, condition) in Tables)
        {
            differences += Compare(session, table, key, condition, repair, examples);
        }

        temporary.ForEach(table => session.Execute($"DROP TABLE temp.{table}"));

        if (repair && differences > 0)
        {
            session.Execute(
                """
                INSERT INTO rollup_steps (tier, start, scope, step) SELECT tier, start, scope, 1 FROM rollups WHERE parent = 0
                ON CONFLICT DO UPDATE SET step = step + 1
                """);
        }

        return new(deliveries, differences, repair && differences > 0, examples);
    }

    private static void CreateTemporary(SqliteSession session)
    {
        foreach (var table in Tables.Select(table => table.Name).Append(Steps))
        {
            var row = session.Prepare("SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ?1").Bind(1, table);
            row.Step();
            var sql = row.Text(0);
            row.Reset();
            session.Execute(sql.Replace("CREATE TABLE", "CREATE TEMP TABLE", StringComparison.Ordinal));
        }

        session.Execute("CREATE TEMP TABLE different (a INTEGER, b INTEGER, c INTEGER, d INTEGER, PRIMARY KEY (a, b, c, d)) WITHOUT ROWID");
        session.Execute("CREATE TEMP TABLE uncountable (scope INTEGER PRIMARY KEY, before INTEGER)");
        session.Execute(
            """
            INSERT INTO uncountable SELECT s.id, t.accepted_before
            FROM trimmed t JOIN scopes root ON root.id = t.tenant JOIN scopes s ON s.tenant = root.tenant
            """);
    }

    private static (long Deliveries, long Differences) CountAgain(
        SqliteSession session, SqliteTallyVerification tallies, bool repair, List<string> examples, CancellationToken cancellationToken)
    {
        var (deliveries, differences) = (0L, 0L);
        var counted = new RollupDeltas();
        var firstQuarter = SqliteForgotten.FirstQuarter(session);
        counted.Clear(firstQuarter);
        var earlier = new List<(DeliveryStatus Status, Outcome Outcome)>();
        var damaged = new List<long>();
        var wrong = new List<(long Id, ScopeIds Scopes, long At, int Status, long? Reason)>();
        var rows = session.Prepare(
            """
            SELECT d.id, s.tenant, d.domain, d.mailbox, d.at, d.status, d.reason, d.state
            FROM deliveries d JOIN scopes s ON s.id = d.tenant ORDER BY d.id
            """);

        while (rows.Step())
        {
            var tenant = rows.Text(1);

            if (!TryDecode(rows.Blob(7), session, out var state, out var damage))
            {
                deliveries++;
                differences++;
                damaged.Add(rows.Long(0));
                Tell(examples, $"delivery {rows.Long(0)} of tenant {tenant}: its state cannot be read ({damage})");

                continue;
            }

            var contribution = Contribution.Of(state);
            var scopes = session.Names.ScopesOf(tenant, state.Mailbox());
            var reason = contribution?.Reason is { } key ? session.Names.ReasonOf(key) : (long?)null;
            var (at, status) = (state.StatusAt(), (int)state.Status());

            if (rows.LongOrNull(2) != scopes.Domain || rows.LongOrNull(3) != scopes.Mailbox || rows.Long(4) != at
                || rows.Int(5) != status || rows.LongOrNull(6) != reason)
            {
                differences++;
                wrong.Add((rows.Long(0), scopes, at, status, reason));
                Tell(examples, $"delivery {rows.Long(0)}: its columns do not say what its state says");
            }

            AddEarlier(session, rows.Long(0), state, scopes, earlier);
            tallies.Add(tenant, state);

            if (contribution is { } one)
            {
                counted.Add(tenant, one, scopes, session.Names.ProviderOf(one.Provider), reason, 1);
            }

            if (++deliveries % WrittenAtOnce == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                counted.Write(session);
                counted.Clear(firstQuarter);
                tallies.Write();
            }
        }

        AddErased(session, counted);
        counted.Write(session);
        tallies.Write();

        if (repair)
        {
            DamagedDeliveries.SetAside(session, damaged);

            foreach (var (id, scopes, at, status, reason) in wrong)
            {
                session.Prepare("UPDATE deliveries SET domain = ?2, mailbox = ?3, at = ?4, status = ?5, reason = ?6 WHERE id = ?1")
                    .Bind(1, id).Bind(2, scopes.Domain).Bind(3, scopes.Mailbox).Bind(4, at).Bind(5, status).Bind(6, reason)
                    .Execute();
                SqliteSearchState.Changed(session, id);
            }
        }

        return (deliveries, differences);
    }

    /// <summary>Whatever a damaged row makes of the reader; a file that cannot be read is another matter.</summary>
    private static bool TryDecode(
        ReadOnlySpan<byte> bytes, SqliteSession session, [NotNullWhen(true)] out DeliveryState? state, [NotNullWhen(false)] out string? damage)
    {
        try
        {
            (state, damage) = (DeliveryCodec.Decode(bytes, session.Texts).State, null);

            return true;
        }
        catch (Exception error) when (error is not SqliteException)
        {
            (state, damage) = (null, error.GetType().Name);

            return false;
        }
    }

    private static void AddEarlier(
        SqliteSession session, long delivery, DeliveryState state, ScopeIds scopes, List<(DeliveryStatus Status, Outcome Outcome)> earlier)
    {
        earlier.Clear();
        state.AddEarlierActivities(earlier);

        foreach (var (status, outcome) in earlier)
        {
            session.Prepare("INSERT INTO temp.earlier_activities (delivery, status, tenant, domain, mailbox, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
                .Bind(1, delivery).Bind(2, (int)status).Bind(3, scopes.Tenant).Bind(4, scopes.Domain).Bind(5, scopes.Mailbox).Bind(6, outcome.At)
                .Execute();
        }
    }

    private static void AddErased(SqliteSession session, RollupDeltas counted)
    {
        var rows = session.Prepare(
            """
            SELECT s.tenant, s.domain, s.mailbox, e.tenant, s.parent, e.mailbox, e.quarter, e.provider, e.status, e.reason, e.complained
            FROM erased_deliveries e JOIN scopes s ON s.id = e.mailbox
            """);

        while (rows.Step())
        {
            var contribution = new Contribution(new(rows.Text(1), rows.Text(2)), rows.Long(6), "", (DeliveryStatus)rows.Int(8), null, rows.Int(10) != 0);
            counted.Add(rows.Text(0), contribution, new(rows.Long(3), rows.Long(4), rows.Long(5)), rows.Long(7), rows.LongOrNull(9), 1);
        }
    }

    private static long Compare(SqliteSession session, string table, string key, string condition, bool repair, List<string> examples)
    {
        session.Execute("DELETE FROM different");
        session.Execute(
            $"""
            INSERT INTO different
            SELECT {key} FROM (SELECT * FROM main.{table} r WHERE {condition} EXCEPT SELECT * FROM temp.{table})
            UNION SELECT {key} FROM (SELECT * FROM temp.{table} r WHERE {condition} EXCEPT SELECT * FROM main.{table})
            """);
        var differences = 0L;
        var rows = session.Prepare("SELECT a, b, c, d FROM different");

        while (rows.Step())
        {
            differences++;
            Tell(examples, $"{table}: {key} = {rows.Long(0)}, {rows.Long(1)}, {rows.Long(2)}, {rows.Long(3)}");
        }

        if (repair && differences > 0)
        {
            session.Execute($"DELETE FROM main.{table} WHERE ({key}) IN (SELECT a, b, c, d FROM different)");
            session.Execute($"INSERT INTO main.{table} SELECT * FROM temp.{table} WHERE ({key}) IN (SELECT a, b, c, d FROM different)");
        }

        return differences;
    }

    private static void Tell(List<string> examples, FormattableString example)
    {
        if (examples.Count < MaxExamples)
        {
            examples.Add(FormattableString.Invariant(example));
        }
    }
}
