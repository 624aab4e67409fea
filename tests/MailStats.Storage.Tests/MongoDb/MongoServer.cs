#if TESTCONTAINERS
using Docker.DotNet;
using DotNet.Testcontainers.Builders;
using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Driver;
using Testcontainers.MongoDb;
#endif

namespace MailStats.Storage.Tests.MongoDb;

/// <summary>
/// The replica set that <c>MAILSTATS_TEST_MONGODB</c> names, else one of one member in Docker where an engine answers,
/// else none, and the tests are skipped, in continuous integration too: Debian has no MongoDB to install.
/// </summary>
internal static partial class MongoServer
{
    /// <summary>Started by the first test that asks; Testcontainers removes it when the process has ended.</summary>
    private static readonly Lazy<Task<string?>> Started = new(StartAsync);

    /// <summary>Its connection string, null when there is none.</summary>
    public static Task<string?> FindAsync() => Started.Value;

    /// <summary>Its connection string; skips the test when there is none.</summary>
    public static async Task<string> RequireAsync()
    {
        var address = await Started.Value;
        Skip.If(address is null, "No MongoDB: set MAILSTATS_TEST_MONGODB to the connection string of a replica set, or start Docker.");

        return address!;
    }

    private static async Task<string?> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("MAILSTATS_TEST_MONGODB") is { Length: > 0 } given)
        {
            return given;
        }

#if TESTCONTAINERS
        return await StartContainerAsync();
#else
        return await Task.FromResult<string?>(null);
#endif
    }

#if TESTCONTAINERS
    /// <summary>Null where no Docker Engine answers, or it cannot get the image.</summary>
    private static async Task<string?> StartContainerAsync()
    {
        try
        {
            var container = new MongoDbBuilder("mongo:8").WithReplicaSet().WithLogger(NullLogger.Instance).Build();
            await container.StartAsync();

            // The member calls itself by its port within the container, so it must not be looked for where it says it is.
            return new MongoUrlBuilder(container.GetConnectionString()) { DirectConnection = true }.ToString();
        }
        catch (Exception exception) when (exception is DockerUnavailableException or DockerApiException)
        {
            return null;
        }
    }
#endif
}
