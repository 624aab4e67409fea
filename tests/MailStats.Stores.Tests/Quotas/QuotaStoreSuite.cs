using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using Microsoft.Extensions.Time.Testing;

namespace MailStats.Stores.Tests.Quotas;

/// <summary>What every quota store promises.</summary>
public abstract partial class QuotaStoreSuite<TStores>
    where TStores : IStoresOpener
{
    private static readonly StatisticsScope Acme = new("acme");
    private static readonly StatisticsScope ShopDomain = new("acme", "shop.example");
    private static readonly StatisticsScope NewsMailbox = new("acme", "shop.example", "news@shop.example");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    private static Task<OpenedStores> OpenAsync(TimeProvider time, QuotaOptions options) => TStores.OpenAsync(time: time, quotas: options);

    private async Task<OpenedStores> OpenAsync(long limit, QuotaOptions? options = null)
    {
        var store = await OpenAsync(_time, options ?? new());
        await store.Quotas.SaveLimitAsync(new(Acme, QuotaWindow.Month, limit), default);

        return store;
    }

    private static Task<ReservationOutcome> ReserveAsync(
        OpenedStores store, string key, int recipients, string? queueId = null, string mailbox = "news@shop.example", string domain = "shop.example") =>
        store.Quotas.ReserveAsync(
            new() { TenantId = "acme", Key = key, Recipients = recipients, Domain = domain, Mailbox = mailbox, QueueId = queueId },
            default);

    private static async Task<QuotaStanding> StandingAsync(OpenedStores store) => (await store.Quotas.StandingsAsync(Acme, default))[0];

    private static async Task<(long Used, long Reserved)> UsedAndReservedAsync(OpenedStores store)
    {
        var standing = await StandingAsync(store);

        return (standing.Used, standing.Reserved);
    }

    private async Task UseAsync(OpenedStores store, int recipients) =>
        await store.Deliveries.ApplyAsync([.. Enumerable.Range(0, recipients).Select(_ => Event(Guid.NewGuid().ToString(), "a@x.example"))], default);

    private static async Task<List<string>> NoticesAsync(OpenedStores store)
    {
        var notices = new List<string>();

        foreach (var message in await store.Outbox.ReadPendingAsync(1000, default))
        {
            using var content = JsonDocument.Parse(message.Content);
            notices.Add(message.Type == nameof(QuotaRestored)
                ? "restored"
                : $"{content.RootElement.GetProperty("thresholdPercent")}{(content.RootElement.GetProperty("blocked").GetBoolean() && content.RootElement.GetProperty("thresholdPercent").GetInt32() == 100 ? " blocked" : "")}");
        }

        return notices;
    }

    private ClassifiedDelivery Event(
        string message,
        string recipient,
        DeliveryEventKind kind = DeliveryEventKind.Delivered,
        DateTimeOffset? at = null,
        string sender = "news@shop.example",
        string tenant = "acme",
        bool local = false,
        string? queueId = null,
        string? host = null) =>
        Some.Event(
            kind,
            message,
            recipient,
            at ?? _time.GetUtcNow(),
            sender,
            tenant: tenant,
            with: reported => reported with { Local = local, QueueId = queueId, ReportingHost = host });
}
