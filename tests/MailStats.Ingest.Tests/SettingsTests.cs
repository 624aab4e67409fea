using MailStats.ServiceDefaults;
using MailStats.TestSupport;
using MassTransit;
using MassTransit.UsageTelemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailStats.Ingest.Tests;

/// <summary>A service that is set up wrongly does not start, and says everything that is wrong.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Without_a_bus_and_a_store_it_does_not_start()
    {
        Assert.Equal(
            ["Messaging:Transport is required: InMemory or RabbitMq", "Storage:Provider is required: Sqlite or MongoDb"],
            Mistakes());
        Assert.Equal(1, await ServiceHost.Create(["--urls", "http://127.0.0.1:0"]).With<IngestModule>().RunAsync());
    }

    [Fact]
    public void A_misspelt_section_is_named_beside_what_it_left_unset() => Assert.Equal(
        ["Mesaging: there is no such section; did you mean Messaging?", "Messaging:Transport is required: InMemory or RabbitMq"],
        Mistakes("--Mesaging:Transport", "RabbitMq", "--Storage:Provider", "Sqlite"));

    [Fact]
    public void Every_mistake_is_listed_at_once_whatever_its_kind() => Assert.Equal(
        [
            "Ingest:MaxBatches must be 1 to 1000000",
            "Ingest:MaxWaiting: there is no such setting; did you mean Ingest:MaxWait?",
            "Messaging:Transport must be InMemory or RabbitMq",
            "Storage:DeliveriesKeptDays: 'many' is not a whole number of its size",
        ],
        Mistakes(
            "--Messaging:Transport", "Rabbit", "--Storage:Provider", "Sqlite", "--Storage:DeliveriesKeptDays", "many",
            "--Ingest:MaxBatches", "0", "--Ingest:MaxWaiting", "00:00:01"));

    [Fact]
    public void What_is_set_overrides_a_default() => Assert.Equal(
        ["Messaging:Transport must be InMemory or RabbitMq"],
        Mistakes(ServiceHost.Create(["--urls", "http://127.0.0.1:0", "--Messaging:Transport", "Pigeons", "--Storage:Path", _folder.Path])
            .WithDefault("Messaging:Transport", "InMemory").WithDefault("Storage:Provider", "Sqlite").With<IngestModule>()));

    [Fact]
    public async Task The_bus_reports_nothing_to_its_makers()
    {
        await using var app = ServiceHost.Create(["--urls", "http://127.0.0.1:0", "--Storage:Path", _folder.Path])
            .WithDefault("Messaging:Transport", "InMemory").WithDefault("Storage:Provider", "Sqlite").With<IngestModule>().Build();

        Assert.False(app.Services.GetRequiredService<IOptions<UsageTelemetryOptions>>().Value.Enabled);
    }

    private IEnumerable<string> Mistakes(params string[] settings) =>
        Mistakes(ServiceHost.Create(["--urls", "http://127.0.0.1:0", "--Storage:Path", _folder.Path, .. settings]).With<IngestModule>());

    private static IEnumerable<string> Mistakes(ServiceHost host) =>
        Assert.Throws<OptionsValidationException>(() => host.Build()).Failures.Order(StringComparer.Ordinal);
}
