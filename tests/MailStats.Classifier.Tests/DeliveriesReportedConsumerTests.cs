using MailStats.Classifier.Deliveries;
using MailStats.Classifier.OwnRules;
using MailStats.Contracts;
using MailStats.Stores.Replies;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.Classifier.Tests;

public class DeliveriesReportedConsumerTests
{
    [Fact]
    public async Task Every_event_gets_a_provider_and_every_failure_a_classification()
    {
        await using var provider = new ServiceCollection()
            .AddSingleton<TenantClassifiers>()
            .AddMetrics()
            .AddSingleton<ClassifierMetrics>()
            .AddSingleton<IReplyRuleStore, NoRules>()
            .AddSingleton(TimeProvider.System)
            .AddOptions()
            .AddMassTransitTestHarness(bus =>
            {
                bus.AddConsumer<DeliveriesReportedConsumer, DeliveriesReportedConsumerDefinition>();
                bus.SetTestTimeouts(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
            })
            .BuildServiceProvider(validateScopes: true);
        var harness = provider.GetRequiredService<ITestHarness>();
        await harness.Start();

        var reported = new DeliveriesReported
        {
            BatchId = Guid.NewGuid(),
            ReceivedAt = DateTimeOffset.UnixEpoch,
            Deliveries =
            [
                .. Enum.GetValues<DeliveryEventKind>().Where(kind => kind != DeliveryEventKind.Unknown).Select(kind => new DeliveryEvent
                {
                    EventId = Guid.NewGuid(),
                    TenantId = "acme",
                    MessageKey = "m1",
                    Recipient = "ann@gmail.com",
                    Kind = kind,
                    OccurredAt = DateTimeOffset.UnixEpoch,
                    ReplyCode = 550,
                    ReplyText = "550 5.1.1 No such user",
                }),
            ],
        };
        await harness.Bus.Publish(reported);

        Assert.True(await harness.Published.Any<DeliveriesClassified>());
        var classified = harness.Published.Select<DeliveriesClassified>().First().Context.Message;
        Assert.Equal((reported.BatchId, reported.ReceivedAt), (classified.BatchId, classified.ReceivedAt));
        Assert.Equal(reported.Deliveries.Select(delivery => delivery.EventId), classified.Deliveries.Select(delivery => delivery.Event.EventId));
        Assert.All(classified.Deliveries, delivery => Assert.Equal("Gmail", delivery.Provider));
        Assert.Equal(
            [DeliveryEventKind.Deferred, DeliveryEventKind.Bounced, DeliveryEventKind.Expired, DeliveryEventKind.Rejected],
            classified.Deliveries.Where(delivery => delivery.Classification is not null).Select(delivery => delivery.Event.Kind));
        Assert.All(
            classified.Deliveries.Where(delivery => delivery.Classification is not null),
            delivery => Assert.Equal("recipient_unknown", delivery.Classification!.Reason));
        Assert.False(classified.Deliveries.Single(delivery => delivery.Event.Kind == DeliveryEventKind.Deferred).Classification!.Hard);
    }

    private sealed class NoRules : IReplyRuleStore
    {
        private static readonly IReadOnlyDictionary<string, long> None = new Dictionary<string, long>();

        public Task<ReplyRuleSet> FindAsync(string tenantId, CancellationToken cancellationToken) => Task.FromResult(new ReplyRuleSet(0, []));

        public Task<IReadOnlyDictionary<string, long>> RevisionsAsync(CancellationToken cancellationToken) => Task.FromResult(None);

        public Task<IReadOnlyDictionary<string, long>> PendingAsync(CancellationToken cancellationToken) => Task.FromResult(None);

        public Task<long> SaveAsync(ReplyRule rule, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<long?> RemoveAsync(string tenantId, string ruleId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task CompleteAsync(string tenantId, long revision, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
