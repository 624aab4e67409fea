using System.Buffers;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Quotas;
using MailStats.Stores.Administration;
using MailStats.Stores.Collections;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Lists;
using MailStats.Stores.Notifications;
using MailStats.Stores.Quotas;
using MailStats.Stores.Replies;
using MailStats.Stores.Sqlite;
using MailStats.Stores.Sqlite.Administration;
using MailStats.Stores.Sqlite.Collections;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Deliveries;
using MailStats.Stores.Sqlite.Lists;
using MailStats.Stores.Sqlite.Notifications;
using MailStats.Stores.Sqlite.Quotas;
using MailStats.Stores.Sqlite.Replies;
using MailStats.Stores.Sqlite.Statistics;
using MailStats.Stores.Sqlite.Upkeep;
using MailStats.Stores.Sqlite.Webhooks;
using MailStats.Stores.Statistics;
using MailStats.Stores.Upkeep;
using MailStats.Stores.Webhooks;
using Microsoft.Extensions.Options;

namespace MailStats.Stores.Tests;

/// <summary>A SQLite store in a folder of its own, gone afterwards.</summary>
internal sealed class TemporaryStore : IStores
{
    private readonly bool _owned;
    private readonly TimeProvider _time;
    private readonly QuotaOptions _quotaOptions;

    public TemporaryStore(StorageOptions? options = null, string? folder = null, TimeProvider? time = null, QuotaOptions? quotas = null)
    {
        _owned = folder is null;
        folder ??= Directory.CreateTempSubdirectory("mailstats-store-").FullName;
        time ??= TimeProvider.System;
        options ??= new();
        options.Path = folder;
        _time = time;
        var privacy = new SqlitePrivacy(options);
        _quotaOptions = quotas ?? new();
        var quotaOptions = Options.Create(_quotaOptions);
        Folder = folder;
        Files = new SqliteFiles(Options.Create(options));
        Deliveries = new SqliteDeliveryStore(Files.Statistics, privacy, [new SqliteQuotaParticipant(quotaOptions, time)]);
        Quotas = new SqliteQuotaStore(Files.Statistics, quotaOptions, time);
        PolicyTests = new SqlitePolicyTestStore(Files.Statistics, time);
        Statistics = new SqliteStatisticsStore(Files.Statistics);
        Log = new SqliteDeliveryLog(Files.Statistics, privacy);
        Journal = new SqliteIntakeJournal(Files.Intake);
        Keys = new SqliteApiKeyStore(Files.Statistics, time);
        Tenants = new SqliteTenantStore(Files.Statistics, time);
        Outbox = new SqliteOutbox(Files.Statistics, time);
        Notifications = new SqliteNotificationStore(Files.Statistics, time);
        Collections = new SqliteCollectionStore(Files.Statistics, time);
        Audit = new SqliteAuditStore(Files.Statistics);
        Users = new SqliteUserStore(Files.Statistics);
        Secrets = new SqliteSecretStore(Files.Statistics);
        WebhookSources = new SqliteWebhookSourceStore(Files.Statistics);
        ReplyRules = new SqliteReplyRuleStore(Files.Statistics);
        ReplyHistory = new SqliteReplyHistory(Files.Statistics);
        Erasures = new SqliteErasureStore(Files.Statistics, privacy, time);
        Retention = new SqliteRetentionStore(Files.Statistics);
        Verification = new SqliteVerificationStore(Files.Statistics);
    }

    public string Folder { get; }

    public SqliteFiles Files { get; }

    public IQuotaStore Quotas { get; }

    public IPolicyTestStore PolicyTests { get; }

    public IDeliveryStore Deliveries { get; }

    public IStatisticsStore Statistics { get; }

    public IDeliveryLog Log { get; }

    public IIntakeJournal Journal { get; }

    public IApiKeyStore Keys { get; }

    public ITenantStore Tenants { get; }

    public IOutbox Outbox { get; }

    public IErasureStore Erasures { get; }

    public IRetentionStore Retention { get; }

    public IVerificationStore Verification { get; }

    public INotificationStore Notifications { get; }

    public ICollectionStore Collections { get; }

    public IAuditStore Audit { get; }

    public IUserStore Users { get; }

    public ISecretStore Secrets { get; }

    public IWebhookSourceStore WebhookSources { get; }

    public IReplyRuleStore ReplyRules { get; }

    public IReplyHistory ReplyHistory { get; }

    public IStores Another(StorageOptions? options = null) => new TemporaryStore(options, Folder, _time, _quotaOptions);

    public Task SpoilAsync() => Files.Statistics.WriteAsync(
        session =>
        {
            session.Execute("UPDATE rollups SET delivered = delivered + 1, pending = pending - 1");
            session.Execute("UPDATE deliveries SET status = 2");
            session.Execute("DELETE FROM earlier_activities");
            session.Execute("UPDATE quota_counters SET used = used + 1");
            return true;
        },
        default);

    public Task<IReadOnlyList<string>> DumpAsync() => Task.FromResult(Files.Statistics.Read<IReadOnlyList<string>>(session =>
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
            SELECT 'earlier', d.message_key, d.recipient, e.status, e.at, e.tenant = d.tenant, e.domain IS d.domain, e.mailbox IS d.mailbox
            FROM earlier_activities e JOIN deliveries d ON d.id = e.delivery
            """);
        Add("""
            SELECT 'delivery', s.tenant, d.message_key, d.recipient, m.mailbox, d.at, d.status, n.reason, hex(d.state)
            FROM deliveries d JOIN scopes s ON s.id = d.tenant LEFT JOIN scopes m ON m.id = d.mailbox LEFT JOIN reasons n ON n.id = d.reason
            """);
        Add("SELECT 'quota', tenant, domain, mailbox, span, start, ends, used, reserved, unreserved FROM quota_counters WHERE used != 0 OR reserved != 0");
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
                    values[^1] = InWords(DeliveryStateCodec.Decode(Convert.FromHexString(state), session.Names));
                }

                lines.Add(string.Join('|', values));
            }
        }
    }));

    public async ValueTask DisposeAsync()
    {
        await Files.DisposeAsync();

        if (_owned)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    /// <summary>The bytes of a state, with each classification's own words in place of its number, which depends on who came first.</summary>
    internal static string InWords(DeliveryState state)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var words = new WordTable();
        DeliveryStateCodec.Encode(state, words, bytes);

        return Convert.ToHexString(bytes.WrittenSpan) + words.Text;
    }

    private sealed class WordTable : IClassificationTable
    {
        public string Text { get; private set; } = "";

        public Classification this[long id] => throw new NotSupportedException();

        public long IdOf(Classification classification)
        {
            Text += JsonSerializer.Serialize(classification);

            return 1;
        }
    }
}
