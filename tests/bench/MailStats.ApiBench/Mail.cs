using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.Deliveries;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailStats.ApiBench;

/// <summary>Deliveries spread evenly over the last 30 days and the domains.</summary>
internal static class Mail
{
    private const int BatchSize = 500;

    /// <param name="folder">The store's.</param>
    /// <param name="count">How many deliveries.</param>
    /// <param name="domains">How many domains they belong to.</param>
    /// <param name="bouncedOf">Every so many is a bounce, the others were delivered.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>A key that may read them.</returns>
    public static async Task<string> FillAsync(string folder, int count, int domains, int bouncedOf, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection([new("Storage:Provider", "Sqlite"), new("Storage:Path", folder)]);
        builder.AddStores<SqliteStores, MongoStores>();
        using var host = builder.Build();
        var now = TimeProvider.System.GetUtcNow();
        await host.Services.GetRequiredService<ITenantStore>().SaveAsync(new Tenant("bench", "Bench", "Etc/UTC", now), cancellationToken);
        var store = host.Services.GetRequiredService<IDeliveryStore>();
        var step = TimeSpan.FromDays(30) / count;

        foreach (var batch in Enumerable.Range(0, count).Chunk(BatchSize))
        {
            await store.ApplyAsync(
                [.. batch.Select(number => Make(number, now - (step * (count - number)), number % domains, number % bouncedOf == 0))], cancellationToken);
        }

        return (await host.Services.GetRequiredService<IApiKeyStore>().CreateAsync("bench", new("bench", Scopes.All, [], null), cancellationToken)).Key;
    }

    private static ClassifiedDelivery Make(int number, DateTimeOffset at, int domain, bool bounced) => new()
    {
        Event = new DeliveryEvent
        {
            EventId = Guid.CreateVersion7(at),
            TenantId = "bench",
            MessageKey = $"m{number}",
            Recipient = $"r{number}@example.net",
            Kind = bounced ? DeliveryEventKind.Bounced : DeliveryEventKind.Delivered,
            OccurredAt = at,
            Sender = $"news@d{domain}.example",
            ReplyText = bounced ? "The email account that you tried to reach does not exist" : null,
        },
        Provider = "example.net",
        Classification = !bounced ? null : new Classification
        {
            Reason = "recipient_unknown", Hard = true, Permanent = true, Unknown = false, Actor = "recipient", Advice = "Remove the address.",
        },
    };
}
