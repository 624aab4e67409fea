using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MailStats.Stores;
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
    [InlineData("00:00:01")]
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

        public IServiceProvider Services => _app.Services;

        public static async Task<PoisonedApp> StartAsync(string folder, bool poisoned, params string[] settings)
        {
            var host = ServiceHost.Create(
            [
                "--urls", "http://127.0.0.1:0", "--Storage:Path", folder, "--Messaging:Retries", "0", "--Ingest:MaxWait", "00:00:01", .. settings,
            ]);
            host.Builder.Logging.ClearProviders();
            host.Builder.Services.AddSingleton(new Well { IsPoisoned = poisoned });
            var app = host.With<IngestModule>().With<Drinkers>().Build();
            await app.StartAsync();
            var made = await app.Services.GetRequiredService<IApiKeyStore>().CreateAsync("acme", "test", [Scopes.Ingest], null, default);

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

        public ConcurrentDictionary<Guid, bool> Batches { get; } = [];
    }

    private sealed class Drinkers : IModule
    {
        public static void AddServices(IHostApplicationBuilder builder)
        {
        }

        public static void AddConsumers(IBusRegistrationConfigurator bus) =>
            bus.AddConsumer<Drinker>().Endpoint(endpoint => endpoint.Name = "classifier.deliveries-reported");

        public static void MapEndpoints(IEndpointRouteBuilder routes)
        {
        }
    }

    /// <summary>Stands where the classifier stands.</summary>
    private sealed class Drinker(Well well) : IConsumer<DeliveriesReported>
    {
        public Task Consume(ConsumeContext<DeliveriesReported> context)
        {
            if (well.IsPoisoned)
            {
                throw new InvalidDataException("No classifier can read this.");
            }

            well.Batches[context.Message.BatchId] = true;

            return Task.CompletedTask;
        }
    }
}
