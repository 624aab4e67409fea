using MailStats.Stores.Administration;
using MailStats.Stores.Collections;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Lists;
using MailStats.Stores.Notifications;
using MailStats.Stores.Quotas;
using MailStats.Stores.Replies;
using MailStats.Stores.Statistics;
using MailStats.Stores.Upkeep;
using MailStats.Stores.Webhooks;

namespace MailStats.Stores.Tests;

/// <summary>All of one store, empty at first, as one process sees it.</summary>
public interface IStores : IAsyncDisposable
{
    IDeliveryStore Deliveries { get; }

    IStatisticsStore Statistics { get; }

    IDeliveryLog Log { get; }

    IIntakeJournal Journal { get; }

    IApiKeyStore Keys { get; }

    ITenantStore Tenants { get; }

    IOutbox Outbox { get; }

    IErasureStore Erasures { get; }

    IRetentionStore Retention { get; }

    IVerificationStore Verification { get; }

    INotificationStore Notifications { get; }

    ICollectionStore Collections { get; }

    IAuditStore Audit { get; }

    IUserStore Users { get; }

    ISecretStore Secrets { get; }

    IWebhookSourceStore WebhookSources { get; }

    IReplyRuleStore ReplyRules { get; }

    IReplyHistory ReplyHistory { get; }

    IQuotaStore Quotas { get; }

    IPolicyTestStore PolicyTests { get; }

    /// <summary>The same store as another process sees it.</summary>
    IStores Another(StorageOptions? options = null);

    /// <summary>Everything that events made, in words, in an order that does not depend on how it came in.</summary>
    Task<IReadOnlyList<string>> DumpAsync();

    /// <summary>Makes rollups, deliveries, the list of earlier activities and quota counters wrong, as a bug or a bad disk would.</summary>
    Task SpoilAsync();
}
