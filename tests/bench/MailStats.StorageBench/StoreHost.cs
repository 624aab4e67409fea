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

    public static IHost Start(DirectoryInfo folder, Action<IServiceCollection>? configure = null, bool indexed = true)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Storage:Provider"] = "Sqlite", ["Storage:Path"] = folder.FullName });
        builder.AddStores<SqliteStores, MongoStores>();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        configure?.Invoke(builder.Services);

        if (!indexed)
        {
            builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(SqliteSearchUpkeep)));
        }

        var host = builder.Build();
        host.Start();

        return host;
    }
}
