using MailStats.Query.Activity;
using MailStats.Query.Bounces;
using MailStats.Query.Domains;
using MailStats.Query.Overview;
using MailStats.Query.Periods;
using MailStats.Query.Providers;
using MailStats.ServiceDefaults;
using MailStats.Storage;
using MassTransit;

namespace MailStats.Query;

/// <summary>Serves the statistics, the lists of deliveries and the live view.</summary>
public sealed class QueryModule : IModule
{
    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddStorage();
        builder.AddApiKeys<IApiKeyStore>((keys, key, cancellationToken) => keys.FindCallerAsync(key, cancellationToken));
        builder.Services.AddSingleton<Selections>();
        builder.Services.AddSingleton<KnownDomains>();
    }

    public static void AddConsumers(IBusRegistrationConfigurator bus)
    {
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var reads = routes.MapGroup("")
            .RequireAuthorization(Scopes.Read)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);

        GetOverview.Map(reads);
        GetTimeline.Map(reads);
        GetDomains.Map(reads);
        GetDomain.Map(reads);
        GetMailboxes.Map(reads);
        GetProviders.Map(reads);
        GetBounceReasons.Map(reads);
        GetActivities.Map(reads);
        GetErrorEvents.Map(reads);
        GetErrorEventsCsv.Map(reads);
    }
}
