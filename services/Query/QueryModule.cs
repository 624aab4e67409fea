using MailStats.Query.Activity;
using MailStats.Query.Bounces;
using MailStats.Query.Collection;
using MailStats.Query.Domains;
using MailStats.Query.Lists;
using MailStats.Query.Live;
using MailStats.Query.Overview;
using MailStats.Query.Periods;
using MailStats.Query.Providers;
using MailStats.Query.Quota;
using MailStats.ServiceDefaults;
using MailStats.Storage;
using MassTransit;

namespace MailStats.Query;

/// <summary>Serves the statistics, the lists of deliveries, the quota and the live view.</summary>
public sealed class QueryModule : IModule
{
    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddStorage();
        builder.AddApiKeys<IApiKeyStore>((keys, key, cancellationToken) => keys.FindCallerAsync(key, cancellationToken));
        builder.Services.AddOpenApi("v1");
        builder.Services.AddSingleton<Selections>();
        builder.Services.AddSingleton<KnownDomains>();
        builder.Services.AddSingleton<LiveChanges>();
        builder.Services.AddScoped<CallerValidity>();
    }

    public static void AddConsumers(IBusRegistrationConfigurator bus) =>
        bus.AddConsumer<StatisticsChangedConsumer>().Endpoint(endpoint => endpoint.Name = QueueNames.Temporary("query.statistics-changed"));

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var reads = routes.MapGroup("")
            .RequireAuthorization(Scopes.Read)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .AddOpenApiOperationTransformer(ApiParameters.DescribeAsync);

        GetErrorEventsCsv.Map(reads);
        GetLive.Map(reads);

        var tagged = reads.MapGroup("")
            .AddEndpointFilter<EntityTags>()
            .AddEndpointFilter<CursorProblems>()
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status304NotModified, typeof(void)));

        GetOverview.Map(tagged);
        GetTimeline.Map(tagged);
        GetDomains.Map(tagged);
        GetDomain.Map(tagged);
        GetMailboxes.Map(tagged);
        GetProviders.Map(tagged);
        GetBounceReasons.Map(tagged);
        GetActivities.Map(tagged);
        GetErrorEvents.Map(tagged);
        GetQuota.Map(tagged);
        GetQuotaHistory.Map(tagged);

        AdministerQuotas.Map(routes);
        CollectionEndpoints.Map(routes);
    }
}
