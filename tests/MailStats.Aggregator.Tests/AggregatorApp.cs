using System.Threading.Channels;
using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Statistics;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailStats.Aggregator.Tests;

/// <summary>The aggregator as it runs alone, over the in-memory transport and a store of its own, with somebody who listens.</summary>
internal sealed class AggregatorApp : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;
    private readonly string _folder;
    private readonly CancellationTokenSource _patience = new(Patience);

    private AggregatorApp(WebApplication app, string folder) => (_app, _folder) = (app, folder);

    public IServiceProvider Services => _app.Services;

    public IStatisticsStore Statistics => Services.GetRequiredService<IStatisticsStore>();

    public CancellationToken Limit => _patience.Token;

    public static async Task<AggregatorApp> StartAsync(string? folder = null, IDeliveryStore? store = null)
    {
        folder ??= Directory.CreateTempSubdirectory("mailstats-aggregator-").FullName;
        var host = ServiceHost.Create(
            [
                $"--Storage:Path={Path.Combine(folder, "data")}", "--urls=http://127.0.0.1:0",
                "--Logging:LogLevel:Default=Warning", "--Messaging:Retries=1",
            ])
            .WithDefault("Messaging:Transport", "InMemory")
            .WithDefault("Storage:Provider", "Sqlite")
            .With<AggregatorModule>()
            .With<Listener>();

        if (store is not null)
        {
            host.Builder.Services.AddSingleton(store);
        }

        var app = host.Build();
        await app.StartAsync();

        return new(app, folder);
    }

    public Task PublishAsync(DeliveriesClassified message) => Services.GetRequiredService<IBus>().Publish(message, Limit);

    /// <summary>The next message of a type that the aggregator publishes.</summary>
    public async Task<T> NextAsync<T>()
        where T : class
    {
        await foreach (var message in Services.GetRequiredService<Heard>().Messages.Reader.ReadAllAsync(Limit))
        {
            if (message is T wanted)
            {
                return wanted;
            }
        }

        throw new InvalidOperationException("The listener has ended.");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _patience.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    internal sealed class Heard
    {
        public Channel<object> Messages { get; } = Channel.CreateUnbounded<object>();
    }

    private sealed class Listener : IModule
    {
        public static void AddServices(IHostApplicationBuilder builder)
        {
            builder.Services.AddSingleton<Heard>();
            // Everything is journaled at once: the test stands where Ingest stands.
            builder.AddBatchIntake(_ => new IntakeLimits(48, TimeSpan.Zero, JournalAfter: TimeSpan.Zero));
        }

        public static void AddConsumers(IBusRegistrationConfigurator bus)
        {
            bus.AddConsumer<Ear<StatisticsChanged>>().Endpoint(endpoint => endpoint.Name = "test.statistics-changed");
            bus.AddConsumer<Ear<RecipientSuppressed>>().Endpoint(endpoint => endpoint.Name = "test.recipient-suppressed");
            bus.AddConsumer<Ear<QuotaThresholdReached>>().Endpoint(endpoint => endpoint.Name = "test.quota-threshold-reached");
        }

        public static void MapEndpoints(IEndpointRouteBuilder routes)
        {
        }
    }

    private sealed class Ear<T>(Heard heard) : IConsumer<T>
        where T : class
    {
        public Task Consume(ConsumeContext<T> context) => heard.Messages.Writer.WriteAsync(context.Message).AsTask();
    }
}
