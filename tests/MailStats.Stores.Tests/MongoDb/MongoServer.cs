using Docker.DotNet;
using DotNet.Testcontainers.Builders;
using MailStats.MongoStandIn;
using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Driver;
using Testcontainers.MongoDb;

namespace MailStats.Stores.Tests.MongoDb;

/// <summary>
/// The replica set that <c>MAILSTATS_TEST_MONGODB</c> names, else one of one member in Docker where an engine answers,
/// else the stand-in for one in this process: Debian has no MongoDB to install (docs/decisions/0014 says what it proves).
/// </summary>
internal static class MongoServer
{
    /// <summary>Processes that tests kill leave transactions open; others wait so long for them.</summary>
    private static readonly TimeSpan TransactionLifetime = TimeSpan.FromSeconds(10);

    /// <summary>Started by the first test that asks; Testcontainers removes it when the process has ended.</summary>
    private static readonly Lazy<Task<string>> Started = new(StartAsync);

    /// <summary>Its connection string.</summary>
    public static Task<string> AddressAsync() => Started.Value;

    private static async Task<string> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("MAILSTATS_TEST_MONGODB") is { Length: > 0 } given)
        {
            return given;
        }

        if (await StartContainerAsync() is { } container)
        {
            return container;
        }

        return await Task.FromResult(StandIn.Start(new() { TransactionLifetime = TransactionLifetime }, TimeProvider.System).ConnectionString);
    }

    /// <summary>Null where no Docker Engine answers, or it cannot get the image.</summary>
    private static async Task<string?> StartContainerAsync()
    {
        try
        {
            var container = new MongoDbBuilder("mongo:8.0.12").WithReplicaSet().WithLogger(NullLogger.Instance).Build();
            await container.StartAsync();

            // The member calls itself by its port within the container, so it must not be looked for where it says it is.
            return new MongoUrlBuilder(container.GetConnectionString()) { DirectConnection = true }.ToString();
        }
        catch (Exception exception) when (exception is DockerUnavailableException or DockerApiException)
        {
            return null;
        }
    }
}
