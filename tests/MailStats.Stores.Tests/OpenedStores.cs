using System.Buffers;
using System.Text;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Attempts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Quotas;
using MailStats.Mail.Search.Segments;
using MailStats.Stores.Administration;
using MailStats.Stores.Attempts;
using MailStats.Stores.Brake;
using MailStats.Stores.Collections;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Incidents;
using MailStats.Stores.Lists;
using MailStats.Stores.Notifications;
using MailStats.Stores.Quotas;
using MailStats.Stores.Replies;
using MailStats.Stores.Statistics;
using MailStats.Stores.Suppression;
using MailStats.Stores.Upkeep;
using MailStats.Stores.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailStats.Stores.Tests;

/// <summary>Where a suite's stores come from.</summary>
public interface IStoresOpener
{
    /// <summary>All stores of one kind, empty.</summary>
    static abstract Task<OpenedStores> OpenAsync(StorageOptions? options = null, TimeProvider? time = null, QuotaOptions? quotas = null);
}

/// <summary>All stores of one kind as one process sees them: from the container, registered as the services register them.</summary>
public abstract class OpenedStores : IAsyncDisposable
{
    private readonly ServiceProvider _provider;

    protected OpenedStores(Action<IServiceCollection> addStores, StorageOptions options, TimeProvider? time, QuotaOptions? quotas)
    {
        (Time, QuotaOptions) = (time ?? TimeProvider.System, quotas ?? new());
        var services = new ServiceCollection().AddSingleton(Options.Create(options)).AddSingleton(Options.Create(QuotaOptions)).AddSingleton(Time)
            .AddLogging();
        addStores(services);
        _provider = services.BuildServiceProvider();
    }

    public IDeliveryStore Deliveries => Get<IDeliveryStore>();

    public ITrailStore Trails => Get<ITrailStore>();

    public IAttemptStore Attempts => Get<IAttemptStore>();

    public IStatisticsStore Statistics => Get<IStatisticsStore>();

    public IDeliveryLog Log => Get<IDeliveryLog>();

    public IIntakeJournal Journal => Get<IIntakeJournal>();

    public IApiKeyStore Keys => Get<IApiKeyStore>();

    public ITenantStore Tenants => Get<ITenantStore>();

    public IOutbox Outbox => Get<IOutbox>();

    public IErasureStore Erasures => Get<IErasureStore>();

    public IRetentionStore Retention => Get<IRetentionStore>();

    public IVerificationStore Verification => Get<IVerificationStore>();

    public INotificationStore Notifications => Get<INotificationStore>();

    public ILetterStore Letters => Get<ILetterStore>();

    public ICollectionStore Collections => Get<ICollectionStore>();

    public IAuditStore Audit => Get<IAuditStore>();

    public IUserStore Users => Get<IUserStore>();

    public ISecretStore Secrets => Get<ISecretStore>();

    public IWebhookSourceStore WebhookSources => Get<IWebhookSourceStore>();

    public IWebhookTrafficStore WebhookTraffic => Get<IWebhookTrafficStore>();

    public IReportedDeliveryStore Reported => Get<IReportedDeliveryStore>();

    public IWebhookTokenStore WebhookTokens => Get<IWebhookTokenStore>();

    public IReplyRuleStore ReplyRules => Get<IReplyRuleStore>();

    public IReplyHistory ReplyHistory => Get<IReplyHistory>();

    public IQuotaStore Quotas => Get<IQuotaStore>();

    public IIncidentStore Incidents => Get<IIncidentStore>();

    public IPolicyTestStore PolicyTests => Get<IPolicyTestStore>();

    public IBrakeStore Brakes => Get<IBrakeStore>();

    public ISuppressionStore Suppressions => Get<ISuppressionStore>();

    protected TimeProvider Time { get; }

    protected QuotaOptions QuotaOptions { get; }

    /// <summary>The same stores as another process sees them.</summary>
    public abstract OpenedStores Another(StorageOptions? options = null);

    /// <summary>Everything that events made, in words, in an order that does not depend on how it came in.</summary>
    public abstract Task<IReadOnlyList<string>> DumpAsync();

    /// <summary>Lets the search index take in some of what it lacks, or all.</summary>
    public abstract Task IndexAsync(bool all);

    /// <summary>Every term of the search index: a field's letter and a word.</summary>
    public abstract Task<IReadOnlyCollection<string>> IndexedTermsAsync();

    /// <summary>Damages what is packed in a row: the one that came first of its table.</summary>
    public abstract Task DamageFirstAsync(PackedRow table);

    /// <summary>Makes the search index wrong, as a bug or a bad disk would.</summary>
    public abstract Task SpoilIndexAsync();

    /// <summary>As if a release had filled the store that counts less than this one; known to whoever opens it next.</summary>
    public abstract Task MarkOlderAsync();

    /// <summary>Makes rollups, attempts, deliveries, the list of earlier activities and quota counters wrong, as a bug or a bad disk would.</summary>
    public abstract Task SpoilAsync();

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await RemoveAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Once the stores are closed.</summary>
    protected abstract Task RemoveAsync();

    protected T Get<T>()
        where T : notnull => _provider.GetRequiredService<T>();

    protected static IReadOnlyCollection<string> TermsOf(IEnumerable<ISegmentInput> segments) =>
    [
        .. segments.SelectMany(segment => segment.TermsFrom([]).SelectMany(block => TermsIn(segment.DocumentCount, block))),
    ];

    private static IEnumerable<string> TermsIn(int documents, ReadOnlyMemory<byte> bytes)
    {
        var block = new TermBlockReader(documents, bytes);

        while (block.Read())
        {
            yield return Encoding.UTF8.GetString(block.Term);
        }
    }

    /// <summary>What the second ledger holds, however many sheets it is in.</summary>
    protected static IEnumerable<string> InWords(Tally tally) =>
        from place in tally.ByPlace()
        from count in place.Counts
        select FormattableString.Invariant($"tally|{place.Place}|{count.Key}|{count.Count}");

    /// <summary>The bytes of a delivery without any numbers of texts, which depend on who came first.</summary>
    protected static string InWords(in StoredDelivery delivery)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var words = new WordTable();
        DeliveryCodec.Encode(delivery, words, bytes);

        return Convert.ToHexString(bytes.WrittenSpan) + words.Text;
    }

    private sealed class WordTable : IStoredTexts
    {
        public string Text { get; private set; } = "";

        public Classification this[long id] => throw new NotSupportedException();

        public long IdOf(Classification classification)
        {
            Text += JsonSerializer.Serialize(classification);

            return 1;
        }

        public int NumberOf(ReadOnlySpan<char> text, int recipient) => 0;

        public string TextOf(int number) => throw new NotSupportedException();

        public int NumberOf(in ReplyForm form, int recipient) => 0;

        public ReplyForm FormOf(int number) => throw new NotSupportedException();
    }
}

/// <summary>Tables whose rows hold most of what they say in one column.</summary>
public enum PackedRow
{
    Suppression = 0,
    Incident = 1,
    ReplyRule = 2,
    Delivery = 3,
}
