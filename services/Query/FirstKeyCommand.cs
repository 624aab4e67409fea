using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Sqlite;
using Microsoft.Extensions.Options;

namespace MailStats.Query;

/// <summary>
/// <c>first-key [TENANT]</c>: makes the tenant (<c>default</c>) where it is missing and a key with every scope, and prints
/// the key. For an installation that nobody can sign in to yet, or any more; it needs the store and no running service.
/// </summary>
internal static class FirstKeyCommand
{
    public const string Name = "first-key";

    private const string DefaultTenant = "default";

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var tenantId = args is [_, var named, ..] ? named : DefaultTenant;
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddStores<SqliteStores, MongoStores>();

        using var host = builder.Build();

        try
        {
            Settings.Validate(host.Services);
        }
        catch (OptionsValidationException wrong)
        {
            await Console.Error.WriteLineAsync(
                $"The settings are wrong:{string.Concat(wrong.Failures.Select(mistake => $"{Environment.NewLine}- {mistake}"))}");

            return 1;
        }

        await host.StartAsync(cancellationToken);
        var tenants = host.Services.GetRequiredService<ITenantStore>();

        if (await tenants.FindAsync(tenantId, cancellationToken) is null)
        {
            var now = host.Services.GetRequiredService<TimeProvider>().GetUtcNow();
            await tenants.SaveAsync(new Tenant(tenantId, tenantId, "Etc/UTC", now), cancellationToken);
        }

        var keys = host.Services.GetRequiredService<IApiKeyStore>();
        var made = await keys.CreateAsync(tenantId, new("made by first-key", Scopes.All, [], null), cancellationToken);
        await Console.Out.WriteLineAsync(made.Key);
        await host.StopAsync(cancellationToken);

        return 0;
    }
}
