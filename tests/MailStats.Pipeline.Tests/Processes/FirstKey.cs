using MailStats.ServiceDefaults;
using MailStats.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailStats.Pipeline.Tests.Processes;

/// <summary>A tenant and its first key, made beside the store as an operator makes them.</summary>
internal static class FirstKey
{
    /// <param name="folder">Of the SQLite store.</param>
    /// <returns>A key that may do everything.</returns>
    public static async Task<string> MakeAsync(string folder)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection([new("Storage:Path", folder)]);
        builder.AddStorage();
        using var host = builder.Build();
        await host.Services.GetRequiredService<ITenantStore>().SaveAsync(new Tenant("acme", "Acme", "Etc/UTC", TimeProvider.System.GetUtcNow()), default);

        return (await host.Services.GetRequiredService<IApiKeyStore>().CreateAsync("acme", "test", Scopes.All, null, default)).Key;
    }
}
