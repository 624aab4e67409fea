using MailStats.Stores;
using MailStats.ServiceDefaults;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Sqlite;
using MassTransit;

namespace MailStats.Standalone;

/// <summary>Makes the first tenant and key, and says where the dashboard is.</summary>
public sealed class StandaloneModule : IModule
{
    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddStores<SqliteStores, MongoStores>();
        builder.Services.AddHostedService<FirstStart>();

        if (Rehearsal.IsWorthIt)
        {
            builder.Services.AddHostedService<Rehearsal>();
        }
    }

    public static void AddConsumers(IBusRegistrationConfigurator bus)
    {
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
    }
}
