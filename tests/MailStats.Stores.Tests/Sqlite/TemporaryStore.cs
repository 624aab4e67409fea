using MailStats.Mail.Attempts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Quotas;
using MailStats.Stores.Sqlite;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Search;

namespace MailStats.Stores.Tests;

/// <summary>Opens SQLite stores.</summary>
public sealed class InSqlite : IStoresOpener
{
    public static Task<OpenedStores> OpenAsync(StorageOptions? options = null, TimeProvider? time = null, QuotaOptions? quotas = null) =>
        Task.FromResult<OpenedStores>(new TemporaryStore(options, time: time, quotas: quotas));
}

/// <summary>SQLite stores in a folder of their own, gone afterwards.</summary>
internal sealed class TemporaryStore : OpenedStores
{
    private readonly bool _owned;

    public TemporaryStore(StorageOptions? options = null, string? folder = null, TimeProvider? time = null, QuotaOptions? quotas = null)
        : this(options ?? new(), folder ?? Directory.CreateTempSubdirectory("mailstats-store-").FullName, owned: folder is null, time, quotas)
    {
    }

    private TemporaryStore(StorageOptions options, string folder, bool owned, TimeProvider? time, QuotaOptions? quotas)
        : base(SqliteStores.AddServices, In(folder, options), time, quotas) => (Folder, _owned) = (folder, owned);

    public string Folder { get; }

    public SqliteFiles Files => Get<SqliteFiles>();

    public override OpenedStores Another(StorageOptions? options = null) => new TemporaryStore(options, Folder, Time, QuotaOptions);

    public override async Task IndexAsync(bool all)
    {
        var indexer = Get<SqliteSearchIndexer>();

        while (await indexer.StepAsync(long.MaxValue, default) > 0 && all)
        {
        }
    }

    public override Task<IReadOnlyCollection<string>> IndexedTermsAsync() =>
        Task.FromResult(Files.Search.Read(session => TermsOf(SqliteSegment.ReadAll(session))));

    public override Task DamageFirstAsync(PackedRow table) => Files.Statistics.WriteAsync(
        session =>
        {
            session.Execute(table switch
            {
                PackedRow.Suppression => "UPDATE suppressions SET facts = x'7b' WHERE id = (SELECT min(id) FROM suppressions)",
                PackedRow.Incident => "UPDATE incidents SET content = '{' WHERE id = (SELECT min(id) FROM incidents)",
                PackedRow.ReplyRule => "UPDATE reply_rules SET content = 'null' WHERE place = (SELECT min(place) FROM reply_rules)",
                _ => "UPDATE deliveries SET state = x'02ff' WHERE id = (SELECT min(id) FROM deliveries)",
            });
            return true;
        },
        default);

    public override Task SpoilIndexAsync() => Files.Search.WriteAsync(
        session =>
        {
            session.Execute("UPDATE terms SET bytes = substr(bytes, 1, 40)");
            return true;
        },
        default);

    public override Task MarkOlderAsync() => Files.Statistics.WriteAsync(
        session =>
        {
            var schema = typeof(SqliteSchema).Assembly;
            var name = schema.GetManifestResourceNames().Single(resource => resource.EndsWith("-recounts.sql", StringComparison.Ordinal));
            using var script = new StreamReader(schema.GetManifestResourceStream(name)!);
            session.Execute("DROP TABLE recounts");
            using var command = session.Connection.CreateCommand();
            command.CommandText = script.ReadToEnd();
            command.ExecuteNonQuery();
            return true;
        },
        default);

    public override Task SpoilAsync() => Files.Statistics.WriteAsync(
        session =>
        {
            session.Execute("UPDATE rollups SET delivered = delivered + 1, pending = pending - 1");
            session.Execute("UPDATE deliveries SET status = 2");
            session.Execute("DELETE FROM earlier_activities");
            session.Execute("INSERT INTO tallies (tenant, tier, start, loose, written, sheet) SELECT tenant, tier, start, 1, written, sheet FROM tallies");
            session.Execute("UPDATE quota_counters SET used = used + 1");
            return true;
        },
        default);

    public override Task<IReadOnlyList<string>> DumpAsync() => Task.FromResult(Files.Statistics.Read<IReadOnlyList<string>>(session =>
    {
        var lines = new List<string>();
        Add("""
            SELECT 'rollup', s.tenant, s.domain, s.mailbox, r.tier, r.start, r.recipients, r.delivered, r.soft, r.hard, r.pending
            FROM rollups r JOIN scopes s ON s.id = r.scope
            """);
        Add("""
            SELECT 'provider', s.tenant, s.domain, s.mailbox, r.tier, r.start, r.recipients, r.delivered, r.soft, r.hard, r.pending, p.name
            FROM provider_rollups r JOIN scopes s ON s.id = r.scope JOIN providers p ON p.id = r.provider
            """);
        Add("""
            SELECT 'reason', s.tenant, s.domain, s.mailbox, r.tier, r.start, r.count, n.reason, n.code, n.enhanced, n.hard
            FROM reason_rollups r JOIN scopes s ON s.id = r.scope JOIN reasons n ON n.id = r.reason
            """);
        Add("""
            SELECT 'earlier', hex(k.key), e.status, e.at, e.tenant = d.tenant, e.domain IS d.domain, e.mailbox IS d.mailbox
            FROM earlier_activities e JOIN deliveries d ON d.id = e.delivery JOIN delivery_keys k ON k.delivery = d.id
            """);
        Add("""
            SELECT 'delivery', s.tenant, hex(k.key), m.mailbox, d.at, d.status, n.reason, hex(d.state)
            FROM deliveries d JOIN delivery_keys k ON k.delivery = d.id JOIN scopes s ON s.id = d.tenant
              LEFT JOIN scopes m ON m.id = d.mailbox LEFT JOIN reasons n ON n.id = d.reason
            """);
        Add("SELECT 'quota', tenant, domain, mailbox, span, start, ends, used, reserved, unreserved FROM quota_counters WHERE used != 0 OR reserved != 0");
        var tally = new Tally();
        var sheets = session.Prepare("SELECT s.tenant, t.tier, t.start, t.sheet FROM tallies t JOIN scopes s ON s.id = t.tenant");

        while (sheets.Step())
        {
            var place = new TallyPlace(sheets.Text(0), (TallyTier)sheets.Int(1), sheets.Long(2));
            TallySheet.Decode(sheets.Blob(3), session.TallyNames, (key, count) => tally.Add(place, key, count));
        }

        lines.AddRange(InWords(tally));
        lines.Sort(StringComparer.Ordinal);

        return lines;

        void Add(string sql)
        {
            using var command = session.Connection.CreateCommand();
            command.CommandText = sql;
            using var reader = command.ExecuteReader();

            while (reader.Read())
            {
                var values = new object[reader.FieldCount];
                reader.GetValues(values);

                if (values is ["delivery", .., string state])
                {
                    values[^1] = InWords(DeliveryCodec.Decode(Convert.FromHexString(state), session.Texts));
                }

                lines.Add(string.Join('|', values));
            }
        }
    }));

    protected override Task RemoveAsync()
    {
        if (_owned)
        {
            Directory.Delete(Folder, recursive: true);
        }

        return Task.CompletedTask;
    }

    private static StorageOptions In(string folder, StorageOptions options)
    {
        options.Path = folder;

        return options;
    }
}
