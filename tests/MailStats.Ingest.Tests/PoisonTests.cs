using System.Net;
using System.Net.Http.Json;
using System.Threading.Channels;
using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.Deliveries;
using MailStats.TestSupport;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MailStats.Ingest.Tests;

/// <summary>Batches that can never be processed, on the in-memory bus with the real intake journal on disk.</summary>
public sealed class PoisonTests : IDisposable
{
    /// <summary>As many as <c>Ingest:MaxBatches</c> lets be under way by default.</summary>
    private const int Places = 48;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("00:01:00")]
    public async Task Batches_that_can_never_be_processed_leave_room_for_others_also_after_a_restart(string journalAfter)
    {
        await using (var app = await PoisonedApp.StartAsync(_folder.Path, poisoned: true, "--Ingest:JournalAfter", journalAfter))
        {
            for (var number = 0; number < 2 * Places; number++)
            {
                Assert.Equal(HttpStatusCode.Accepted, await app.PostAsync(number));
            }
        }

        await using var restarted = await PoisonedApp.StartAsync(_folder.Path, poisoned: true, "--Ingest:JournalAfter", journalAfter);

        for (var number = 0; number < 2 * Places; number++)
        {
            Assert.Equal(HttpStatusCode.Accepted, await restarted.PostAsync(number));
        }
    }

    [Fact]
    public async Task What_could_not_be_processed_is_kept_with_its_reason_and_not_tried_again_until_an_operator_says_so()
    {
        const int batches = 3;

        await using (var app = await PoisonedApp.StartAsync(_folder.Path, poisoned: true))
        {
            for (var number = 0; number < batches; number++)
            {
                Assert.Equal(HttpStatusCode.Accepted, await app.PostAsync(number));
            }

            var quarantined = await app.QuarantineAsync(batches);
            Assert.All(quarantined, batch => Assert.Equal((1, "InvalidDataException: No classifier can read this."), (batch.Events, batch.Reason)));
        }

        await using (var unchanged = await PoisonedApp.StartAsync(_folder.Path, poisoned: false))
        {
            // One that is taken after the start has come past everything that was replayed.
            Assert.Equal(HttpStatusCode.Accepted, await unchanged.PostAsync(batches));
            await unchanged.Well.WaitAsync(1);
            Assert.Equal(batches, (await unchanged.Journal.QuarantinedAsync(default)).Count);
        }

        await using var replayed = await PoisonedApp.StartAsync(_folder.Path, poisoned: false, "--Messaging:ReplayQuarantine", "true");
        await replayed.Well.WaitAsync(batches);
        Assert.Empty(await replayed.Journal.QuarantinedAsync(default));
        await Eventually.HoldsAsync(async () => await replayed.Journal.ReadAllAsync(default).CountAsync() == 0, "an empty journal");
    }

    [Fact]
    public async Task What_fails_again_after_its_replay_goes_back_into_quarantine()
    {
        await using (var app = await PoisonedApp.StartAsync(_folder.Path, poisoned: true))
        {
            Assert.Equal(HttpStatusCode.Accepted, await app.PostAsync(0));
            await app.QuarantineAsync(1);
        }

        await using var replayed = await PoisonedApp.StartAsync(_folder.Path, poisoned: true, "--Messaging:ReplayQuarantine", "true");

        await replayed.Well.WaitAsync(1);
        await replayed.QuarantineAsync(1);
    }

    private sealed class PoisonedApp : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly HttpClient _client;

        private PoisonedApp(WebApplication app, string key)
        {
            _app = app;
            _client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
            _client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        }

        public IIntakeJournal Journal => _app.Services.GetRequiredService<IIntakeJournal>();

        public Well Well => _app.Services.GetRequiredService<Well>();

        public static async Task<PoisonedApp> StartAsync(string folder, bool poisoned, params string[] settings)
        {
            var host = ServiceHost.Create(
            [
                "--urls", "http://127.0.0.1:0", "--Storage:Path", folder, "--Messaging:Retries", "0", "--Ingest:MaxWait", "00:00:10", .. settings,
            ])
                .WithDefault("Messaging:Transport", "InMemory")
                .WithDefault("Storage:Provider", "Sqlite");
            host.Builder.Logging.ClearProviders();
            host.Builder.Services.AddSingleton(new Well { IsPoisoned = poisoned });
            var app = host.With<IngestModule>().With<Drinkers>().Build();
            await app.StartAsync();
            var made = await app.Services.GetRequiredService<IApiKeyStore>().CreateAsync("acme", new("test", [Scopes.Ingest], [], null), default);

            return new(app, made.Key);
        }

        public async Task<HttpStatusCode> PostAsync(int number)
        {
            var item = new SubmittedEvent
            {
                Event = "delivered",
                OccurredAt = new DateTimeOffset(2026, 11, 20, 9, 14, 3, TimeSpan.Zero),
                MessageKey = $"m{number}",
                Recipient = "ann@example.net",
                Sender = "news@shop.example",
            };
            using var answer = await _client.PostAsJsonAsync("/v1/events", item, SubmittedEventJson.Default.SubmittedEvent);

            return answer.StatusCode;
        }

        public async Task<IReadOnlyList<QuarantinedBatch>> QuarantineAsync(int batches)
        {
            await Eventually.HoldsAsync(async () => (await Journal.QuarantinedAsync(default)).Count == batches, $"{batches} batches in quarantine");

            return await Journal.QuarantinedAsync(default);
        }

        public async ValueTask DisposeAsync()
        {
            _client.Dispose();
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
    }

    internal sealed class Well
    {
        public bool IsPoisoned { get; init; }

        public Channel<Guid> Batches { get; } = Channel.CreateUnbounded<Guid>();

        /// <summary>Until so many batches have come.</summary>
        public async Task WaitAsync(int batches)
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));

            for (var seen = 0; seen < batches; seen++)
            {
                await Batches.Reader.ReadAsync(deadline.Token);
            }
        }
    }

    private sealed class Drinkers : IModule
    {
        public static void AddServices(IHostApplicationBuilder builder)
        {
        }

        public static void AddConsumers(IBusRegistrationConfigurator bus)
        {
            bus.AddConsumer<Drinker>().Endpoint(endpoint => endpoint.Name = QueueNames.DeliveriesReported);
            bus.AddConsumer<Finisher>().Endpoint(endpoint => endpoint.Name = QueueNames.DeliveriesClassified);
        }

        public static void MapEndpoints(IEndpointRouteBuilder routes)
        {
        }
    }

    /// <summary>Stands where the classifier stands.</summary>
    private sealed class Drinker(Well well) : IConsumer<DeliveriesReported>
    {
        public async Task Consume(ConsumeContext<DeliveriesReported> context)
        {
            await well.Batches.Writer.WriteAsync(context.Message.BatchId);

            if (well.IsPoisoned)
            {
                throw new InvalidDataException("No classifier can read this.");
            }

            await context.Publish(new DeliveriesClassified { BatchId = context.Message.BatchId, ReceivedAt = context.Message.ReceivedAt, Deliveries = [] });
        }
    }

    /// <summary>Stands where the aggregator stands.</summary>
    private sealed class Finisher : IConsumer<DeliveriesClassified>
    {
        public Task Consume(ConsumeContext<DeliveriesClassified> context) => Task.CompletedTask;
    }
}
