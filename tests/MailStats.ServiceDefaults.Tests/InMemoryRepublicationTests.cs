using MailStats.Contracts;
using MailStats.Stores.Deliveries;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MailStats.ServiceDefaults.Tests;

/// <summary>A history that is classified anew goes onto the bus in memory no faster than it is applied.</summary>
public sealed class InMemoryRepublicationTests
{
    [Fact]
    public async Task The_next_batch_waits_until_this_one_is_applied()
    {
        var aggregator = new Aggregator();
        await using var app = await StartAsync(aggregator);
        var republication = app.Services.GetRequiredService<IRepublication>();

        var first = republication.PublishAsync(Batch(), CancellationToken.None);
        await aggregator.Began.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.False(first.IsCompleted);
        aggregator.Apply.SetResult();
        await first.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_batch_that_cannot_be_applied_holds_up_nothing()
    {
        var aggregator = new Aggregator();
        aggregator.Apply.SetException(new InvalidOperationException("never"));
        await using var app = await StartAsync(aggregator);

        await app.Services.GetRequiredService<IRepublication>().PublishAsync(Batch(), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_stop_does_not_wait()
    {
        var aggregator = new Aggregator();
        await using var app = await StartAsync(aggregator);
        using var stop = new CancellationTokenSource();

        var publication = app.Services.GetRequiredService<IRepublication>().PublishAsync(Batch(), stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publication.WaitAsync(TimeSpan.FromSeconds(20)));
        // The bus stops when its consumers have ended.
        aggregator.Apply.SetResult();
    }

    private static DeliveriesClassified Batch() => new() { BatchId = Guid.NewGuid(), ReceivedAt = DateTimeOffset.UnixEpoch, Deliveries = [] };

    private static async Task<WebApplication> StartAsync(Aggregator aggregator)
    {
        var host = ServiceHost.Create(["--urls", "http://127.0.0.1:0", "--Messaging:Transport", "InMemory", "--Messaging:Retries", "0"]);
        host.Builder.Logging.ClearProviders();
        host.Builder.Services.AddSingleton(aggregator);
        host.Builder.Services.AddSingleton<IIntakeJournal, NoJournal>();
        var app = host.With<AggregatorModule>().Build();
        await app.StartAsync();

        return app;
    }

    private sealed class Aggregator
    {
        private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Began => _began.Task;

        public TaskCompletionSource Apply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task TakeAsync()
        {
            _began.TrySetResult();

            return Apply.Task;
        }
    }

    private sealed class AggregatorModule : IModule
    {
        public static void AddServices(IHostApplicationBuilder builder)
        {
        }

        public static void AddConsumers(IBusRegistrationConfigurator bus) =>
            bus.AddConsumer<DeliveriesClassifiedConsumer>().Endpoint(endpoint => endpoint.Name = QueueNames.DeliveriesClassified);

        public static void MapEndpoints(IEndpointRouteBuilder routes)
        {
        }
    }

    private sealed class DeliveriesClassifiedConsumer(Aggregator aggregator) : IConsumer<DeliveriesClassified>
    {
        public Task Consume(ConsumeContext<DeliveriesClassified> context) => aggregator.TakeAsync().WaitAsync(context.CancellationToken);
    }

    private sealed class NoJournal : IIntakeJournal
    {
        public Task AppendAsync(IReadOnlyList<DeliveriesReported> batches, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task RemoveAsync(IReadOnlyList<Guid> batchIds, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<DeliveriesReported> ReadAllAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<int?> QuarantineAsync(DeliveriesReported batch, string reason, DateTimeOffset failedAt, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<QuarantinedBatch>> QuarantinedAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<JournalReport> VerifyAsync(bool repair, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<int> ReleaseAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
