using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;

namespace MailStats.Standalone;

/// <summary>
/// At the first start: tenant <c>default</c> and a key with all scopes, kept in <c>admin.key</c> in the data folder for its
/// owner alone. At every start: the link to the dashboard. It signs in with that key at the first start and where somebody
/// reads along, when only this machine can follow it; a log that is kept does not collect the key.
/// </summary>
internal sealed class FirstStart(
    ITenantStore tenants,
    IApiKeyStore keys,
    IServer server,
    IOptions<StorageOptions> storage,
    TimeProvider time) : IHostedLifecycleService
{
    private const string DefaultTenant = "default";

    private (string Secret, bool IsNew) _key;

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
            Dashboard: {(_key.IsNew || !Console.IsOutputRedirected ? addresses.LinkWith(_key.Secret) : addresses.All[0])}
            API key:   {Path.GetFullPath(KeyFile)}

            """);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string LocalZone() => TimeZoneInfo.Local.HasIanaId ? TimeZoneInfo.Local.Id : "Etc/UTC";
}
