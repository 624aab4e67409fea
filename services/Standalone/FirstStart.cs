using MailStats.ServiceDefaults;
using MailStats.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
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

        var kept = File.Exists(KeyFile) ? (await File.ReadAllTextAsync(KeyFile, cancellationToken)).Trim() : "";
        var works = kept.Length > 0 && await keys.FindCallerAsync(kept, cancellationToken) is not null;
        _key = works ? kept : await MakeKeyAsync(cancellationToken);
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var bound = server.Features.Get<IServerAddressesFeature>()!.Addresses;
        var addresses = bound.Select(address => new Uri(Reachable(address))).ToList();
        var onlyHere = bound.All(address => Uri.TryCreate(address, UriKind.Absolute, out var at) && at.IsLoopback);
        var link = new Uri(addresses[0], onlyHere ? $"/#key={_key}" : "/");

        return Console.Out.WriteLineAsync($"""

            MailStats listens on {string.Join(", ", addresses.Select(address => address.GetLeftPart(UriPartial.Authority)))}
            Dashboard: {link}
            API key:   {Path.GetFullPath(KeyFile)}

            """);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<string> MakeKeyAsync(CancellationToken cancellationToken)
    {
        var made = await keys.CreateAsync(DefaultTenant, "admin (made by Standalone)", Scopes.All, null, cancellationToken);

        // A new file, so that it has this mode from its first byte.
        File.Delete(KeyFile);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };

        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var writer = new StreamWriter(KeyFile, options);
        await writer.WriteLineAsync(made.Key.AsMemory(), cancellationToken);

        return made.Key;
    }

    private static string LocalZone() => TimeZoneInfo.Local.HasIanaId ? TimeZoneInfo.Local.Id : "Etc/UTC";

    // What a server binds to is not always what a browser can open.
    private static string Reachable(string address) => address
        .Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal)
        .Replace("//[::]", "//localhost", StringComparison.Ordinal)
        .Replace("//+", "//localhost", StringComparison.Ordinal)
        .Replace("//*", "//localhost", StringComparison.Ordinal);
}
