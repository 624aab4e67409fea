namespace MailStats.Storage.Tests.MongoDb;

/// <summary>
/// The replica set that <c>MAILSTATS_TEST_MONGODB</c> names, else one of one member in Docker in builds with
/// <c>-p:Testcontainers=true</c>, else none, and the tests are skipped (with <c>CI=true</c> they fail).
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
        const string missing = "No MongoDB: set MAILSTATS_TEST_MONGODB to the connection string of a replica set, or build with -p:Testcontainers=true where Docker is.";
        var address = await Started.Value;
        Assert.False(address is null && Environment.GetEnvironmentVariable("CI") == "true", missing);
        Skip.If(address is null, missing);

        return address!;
    }

    private static async Task<string?> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("MAILSTATS_TEST_MONGODB") is { Length: > 0 } given)
        {
            return given;
        }

#if TESTCONTAINERS
        var container = new Testcontainers.MongoDb.MongoDbBuilder("mongo:8").WithReplicaSet().Build();
        await container.StartAsync();

        // The member calls itself by its port within the container, so it must not be looked for where it says it is.
        return new MongoDB.Driver.MongoUrlBuilder(container.GetConnectionString()) { DirectConnection = true }.ToString();
#else
        return await Task.FromResult<string?>(null);
#endif
    }
}
