using System.Diagnostics.Metrics;
using MailStats.Aggregator.Upkeep;
using MailStats.Contracts;
using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.Mail.Suppression;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Notifications;
using MailStats.Stores.Quotas;
using MailStats.Stores.Suppression;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.Aggregator.Tests;

public sealed class AggregatorTests
{
    [Fact]
    public async Task What_is_published_is_counted_announced_and_taken_out_of_the_journal()
    {
        await using var app = await AggregatorApp.StartAsync();
        var journal = app.Services.GetRequiredService<IIntakeJournal>();
        var message = Message("m1", "m2");
        var reported = new DeliveriesReported { BatchId = message.BatchId, ReceivedAt = message.ReceivedAt, Deliveries = [] };
        await app.Services.GetRequiredService<IBatchIntake>().TakeAsync([reported], app.Limit);
        Assert.Single(await journal.ReadAllAsync(app.Limit).ToListAsync(app.Limit));

        await app.PublishAsync(message);
        var changed = await app.NextAsync<StatisticsChanged>();

        Assert.Equal(("acme", "example.org"), (changed.TenantId, Assert.Single(changed.Domains)));
        Assert.Equal(2, (await SumAsync(app)).Delivered);
        await Eventually.HoldsAsync(async () => await journal.ReadAllAsync(app.Limit).CountAsync(app.Limit) == 0, "a journal without batches");
    }

    [Fact]
    public async Task What_can_never_be_applied_goes_into_quarantine_as_it_was_reported()
    {
        await using var app = await AggregatorApp.StartAsync(store: new BrokenStore());
        var journal = app.Services.GetRequiredService<IIntakeJournal>();
        var message = Message("m1", "m2");
        var reported = new DeliveriesReported
        {
            BatchId = message.BatchId, ReceivedAt = message.ReceivedAt, Deliveries = [.. message.Deliveries.Select(delivery => delivery.Event)],
        };
        await app.Services.GetRequiredService<IBatchIntake>().TakeAsync([reported], app.Limit);

        await app.PublishAsync(message);
        await Eventually.HoldsAsync(async () => (await journal.QuarantinedAsync(app.Limit)).Count == 1, "a batch in quarantine");

        Assert.Empty(await journal.ReadAllAsync(app.Limit).ToListAsync(app.Limit));
        var quarantined = Assert.Single(await journal.QuarantinedAsync(app.Limit));
        Assert.Equal((message.BatchId, 2, "InvalidDataException: No store can apply this."), (quarantined.BatchId, quarantined.Events, quarantined.Reason));
        await journal.ReleaseAsync(app.Limit);
        var kept = Assert.Single(await journal.ReadAllAsync(app.Limit).ToListAsync(app.Limit));
        Assert.Equal(reported.Deliveries, kept.Deliveries);
    }

    [Fact]
    public async Task A_message_that_comes_again_is_counted_once()
    {
        await using var app = await AggregatorApp.StartAsync();
        var message = Message("m1");

        await app.PublishAsync(message);
        await app.PublishAsync(message);
        await app.PublishAsync(Message("m2"));
        await Eventually.HoldsAsync(async () => (await SumAsync(app)).Recipients == 2, "the sum");

        Assert.Equal(2, (await SumAsync(app)).Delivered);
    }

    [Fact]
    public async Task A_threshold_that_was_committed_is_published()
    {
        await using var app = await AggregatorApp.StartAsync();
        var quotas = app.Services.GetRequiredService<IQuotaStore>();
        await app.Services.GetRequiredService<ITenantStore>().SaveAsync(new("acme", "Acme", "Etc/UTC", TimeProvider.System.GetUtcNow()), app.Limit);
        await quotas.SaveLimitAsync(new(new("acme"), QuotaWindow.Month, 1), app.Limit);

        await app.PublishAsync(Message("m1"));
        var reached = await app.NextAsync<QuotaThresholdReached>();

        Assert.Equal(("acme", 1L, 1L), (reached.TenantId, reached.Used, reached.Limit));
        var outbox = app.Services.GetRequiredService<IOutbox>();
        await Eventually.HoldsAsync(async () => (await outbox.ReadPendingAsync(10, app.Limit)).Count == 0, "an outbox without notices");
    }

    [Fact]
    public async Task What_is_for_webhooks_alone_goes_over_a_bus_in_memory_only_where_there_is_one()
    {
        await using var app = await AggregatorApp.StartAsync();
        var notifications = app.Services.GetRequiredService<INotificationStore>();
        await notifications.SaveTargetAsync(
            new("a", "zeta", NotificationKind.Webhook, "https://hooks.example/", "A", "secret", true, TimeProvider.System.GetUtcNow()), app.Limit);
        var suppression = app.Services.GetRequiredService<ISuppressionStore>();
        var outbox = app.Services.GetRequiredService<IOutbox>();

        await suppression.AddAsync("acme", [Entry("ann@example.net")], tell: true, app.Limit);
        await Eventually.HoldsAsync(async () => (await outbox.ReadPendingAsync(10, app.Limit)).Count == 0, "an outbox without notices");
        await suppression.AddAsync("zeta", [Entry("ben@example.net")], tell: true, app.Limit);

        Assert.Equal("ben@example.net", (await app.NextAsync<RecipientSuppressed>()).Address);

        static SuppressionAddition Entry(string address) => new(address, null, SuppressionCause.Manual, null, null);
    }

    [Fact]
    public async Task Recipients_that_no_reservation_was_made_for_are_measured()
    {
        await using var app = await AggregatorApp.StartAsync();
        await app.Services.GetRequiredService<IQuotaStore>().SaveLimitAsync(new(new("acme"), QuotaWindow.Month, 10), app.Limit);
        await app.PublishAsync(Message("m1", "m2"));
        var measured = -1L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "mailstats.quota.unreserved" && instrument.Meter.Scope == app.Services.GetRequiredService<IMeterFactory>())
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => measured = value);
        listener.Start();

        await Eventually.HoldsAsync(
            () =>
            {
                listener.RecordObservableInstruments();

                return Task.FromResult(measured == 2);
            },
            "the figure");
    }

    [Fact]
    public async Task A_store_that_cannot_be_used_holds_messages_until_it_can()
    {
        var folder = Directory.CreateTempSubdirectory("mailstats-aggregator-").FullName;
        await using var app = await AggregatorApp.StartAsync(folder);
        var store = app.Services.GetRequiredService<IDeliveryStore>();
        await store.ApplyAsync([], app.Limit);

        // Another process holds the file for longer than writers wait.
        await using (var other = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder, "data", "statistics.db")};Pooling=False"))
        {
            await other.OpenAsync(app.Limit);
            await using var command = other.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE";
            await command.ExecuteNonQueryAsync(app.Limit);
            await app.PublishAsync(Message("m1"));
            await Assert.ThrowsAsync<StorageUnavailableException>(() => store.ApplyAsync([Delivered("m2")], app.Limit));
        }

        await Eventually.HoldsAsync(async () => (await SumAsync(app)).Recipients == 1, "the sum");
    }

    [Fact]
    public async Task Verify_and_erase_work_on_a_store_in_use()
    {
        var folder = Directory.CreateTempSubdirectory("mailstats-aggregator-").FullName;
        await using var app = await AggregatorApp.StartAsync(folder);
        await app.Services.GetRequiredService<IDeliveryStore>().ApplyAsync([Delivered("m1"), Delivered("m2")], app.Limit);
        Environment.SetEnvironmentVariable("Storage__Provider", "Sqlite");
        Environment.SetEnvironmentVariable("Storage__Path", Path.Combine(folder, "data"));
        await using var output = new StringWriter();

        try
        {
            Assert.Equal(0, await UpkeepCommands.RunAsync(["verify"], output));
            Assert.Equal(0, await UpkeepCommands.RunAsync(["erase", "acme", "ann@example.net"], output));
            Assert.Equal(0, await UpkeepCommands.RunAsync(["verify", "--repair"], output));
        }
        finally
        {
            Environment.SetEnvironmentVariable("Storage__Provider", null);
            Environment.SetEnvironmentVariable("Storage__Path", null);
        }

        Assert.Contains("2 deliveries counted again; 0 rows differ", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("2 deliveries of tenant acme erased", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, (await SumAsync(app)).Delivered);
    }

    private static async Task<Counters> SumAsync(AggregatorApp app)
    {
        var day = TimeProvider.System.GetUtcNow().UtcDateTime.Date;
        var range = new TimeRange(new(day.AddDays(-2), TimeSpan.Zero), new(day.AddDays(2), TimeSpan.Zero));

        return await app.Statistics.SumAsync(new("acme"), range, app.Limit);
    }

    private static DeliveriesClassified Message(params string[] messages) => new()
    {
        BatchId = Guid.NewGuid(), ReceivedAt = TimeProvider.System.GetUtcNow(), Deliveries = [.. messages.Select(Delivered)],
    };

    private static ClassifiedDelivery Delivered(string message) => new()
    {
        Provider = "example.net",
        Event = new()
        {
            EventId = new(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(message)).AsSpan(0, 16)),
            TenantId = "acme",
            MessageKey = message,
            Recipient = "ann@example.net",
            Kind = DeliveryEventKind.Delivered,
            OccurredAt = TimeProvider.System.GetUtcNow(),
            Sender = "shop@example.org",
        },
    };

    private sealed class BrokenStore : IDeliveryStore
    {
        public Task<ApplyResult> ApplyAsync(IReadOnlyList<ClassifiedDelivery> deliveries, CancellationToken cancellationToken) =>
            throw new InvalidDataException("No store can apply this.");

        public Task<ApplyResult> ApplyAsync(
            IReadOnlyList<ClassifiedDelivery> deliveries, DateTimeOffset acknowledgedAt, CancellationToken cancellationToken) =>
            ApplyAsync(deliveries, cancellationToken);
    }
}
