using MailStats.Stores;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Sqlite;
using MailStats.Stores.Sqlite.Search;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MailStats.StorageBench;

/// <summary>The store as the services use it.</summary>
internal static class StoreHost
{
    /// <summary>A fixed moment, so that every run makes the same mail.</summary>
    public static readonly DateTimeOffset Start30DaysAgo = new(2026, 10, 1, 0, 0, 0, TimeSpan.Zero);

    public static IHost Start(DirectoryInfo folder, Action<IServiceCollection>? configure = null, bool indexed = true) =>
        Start(new() { ["Storage:Provider"] = "Sqlite", ["Storage:Path"] = folder.FullName }, services =>
        {
            configure?.Invoke(services);

            if (!indexed)
            {
                services.Remove(services.Single(service => service.ImplementationType == typeof(SqliteSearchUpkeep)));
            }
        });

    public static IHost StartOnMongoDb(string connectionString, string database, TimeProvider time) => Start(
        new() { ["Storage:Provider"] = "MongoDb", ["Storage:ConnectionString"] = connectionString, ["Storage:Database"] = database },
        services => services.AddSingleton(time));

    private static IHost Start(Dictionary<string, string?> settings, Action<IServiceCollection> configure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddStores<SqliteStores, MongoStores>();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        configure(builder.Services);
        var host = builder.Build();
        host.Start();

        return host;
    }
}
