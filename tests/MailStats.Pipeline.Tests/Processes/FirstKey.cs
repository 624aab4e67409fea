using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailStats.Pipeline.Tests.Processes;

/// <summary>A tenant and its first key, made beside the store as an operator makes them.</summary>
internal static class FirstKey
{
    /// <param name="store">Settings of the store, as environment variables.</param>
    /// <returns>A key that may do everything.</returns>
    public static async Task<string> MakeAsync(params (string Name, string Value)[] store)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(
            store.Append((Name: "Storage__Provider", Value: "Sqlite")).DistinctBy(setting => setting.Name).Select(setting =>
                 KeyValuePair.Create<string, string?>(setting.Name.Replace("__", ":", StringComparison.Ordinal), setting.Value)));
        builder.AddStores<SqliteStores, MongoStores>();
        using var host = builder.Build();
        await host.Services.GetRequiredService<ITenantStore>().SaveAsync(new Tenant("acme", "Acme", "Etc/UTC", TimeProvider.System.GetUtcNow()), default);

        return (await host.Services.GetRequiredService<IApiKeyStore>().CreateAsync("acme", new("test", Scopes.All, [], null), default)).Key;
    }
}
