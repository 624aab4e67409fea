using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;

namespace MailStats.Standalone;

/// <summary>
/// At the first start: tenant <c>default</c> and a key with all scopes, kept in <c>admin.key</c> in the data folder for its
/// owner alone. At every start: the link to the dashboard, which signs in with that key when only this machine can follow it.
/// </summary>
internal sealed class FirstStart(
    ITenantStore tenants,
    IApiKeyStore keys,
    IServer server,
    IOptions<StorageOptions> storage,
    TimeProvider time) : IHostedLifecycleService
{
    private const string DefaultTenant = "default";

    private string _key = "";

    private string KeyFile => Path.Combine(storage.Value.Path, "admin.key");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await tenants.FindAsync(DefaultTenant, cancellationToken) is null)
        {
            await tenants.SaveAsync(new Tenant(DefaultTenant, "Default", LocalZone(), time.GetUtcNow()), cancellationToken);
        }

        _key = await KeptKey.GetAsync(keys, KeyFile, DefaultTenant, "admin (made by Standalone)", Scopes.All, cancellationToken);
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var addresses = OwnAddresses.Of(server);

        return Console.Out.WriteLineAsync($"""

            MailStats listens on {addresses}
            Dashboard: {addresses.LinkWith(_key)}
            API key:   {Path.GetFullPath(KeyFile)}

            """);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string LocalZone() => TimeZoneInfo.Local.HasIanaId ? TimeZoneInfo.Local.Id : "Etc/UTC";
}
