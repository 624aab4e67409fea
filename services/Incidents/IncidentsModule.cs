using MailStats.Incidents.Following;
using MailStats.Incidents.Telling;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Sqlite;
using MassTransit;

namespace MailStats.Incidents;

/// <summary>
/// Reads the ledger of attempts, finds what is wrong now, and writes incidents and their notices (<c>IncidentOpened</c>,
/// <c>IncidentChanged</c>, <c>IncidentClosed</c>) to the store; the Aggregator's outbox publishes them, the Query service shows them.
/// </summary>
public sealed class IncidentsModule : IModule
{
    public static bool UsesBus => false;

    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddStores<SqliteStores, MongoStores>();
        builder.AddSettings<IncidentsOptions>(IncidentsOptions.Section);
        builder.Services.AddSingleton<EvidenceReader>();
        builder.Services.AddSingleton<IncidentRecorder>();
        builder.Services.AddHostedService<Follower>();
    }

    public static void AddConsumers(IBusRegistrationConfigurator bus)
    {
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
    }
}
