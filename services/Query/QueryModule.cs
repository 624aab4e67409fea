using MailStats.Mail.Lists;
using MailStats.Query.Activity;
using MailStats.Query.Admin;
using MailStats.Query.Attempts;
using MailStats.Query.Bounces;
using MailStats.Query.Brake;
using MailStats.Query.Collection;
using MailStats.Query.Deliveries;
using MailStats.Query.Domains;
using MailStats.Query.Export;
using MailStats.Query.Links;
using MailStats.Query.Incidents;
using MailStats.Query.Lists;
using MailStats.Query.Live;
using MailStats.Query.Overview;
using MailStats.Query.Periods;
using MailStats.Query.Providers;
using MailStats.Query.Quota;
using MailStats.Query.Suppression;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Sqlite;
using MassTransit;

namespace MailStats.Query;

/// <summary>Serves the statistics, the lists of deliveries, the quota, the live view and the administration of tenants.</summary>
public sealed class QueryModule : IModule
{
    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddStores<SqliteStores, MongoStores>();
        builder.AddAccess();
        builder.Services.AddOpenApi("v1");
        builder.Services.AddSingleton<Selections>();
        builder.Services.AddSingleton<KnownDomains>();
        builder.Services.AddSingleton<LiveChanges>();
        builder.Services.AddSingleton<LimitChanges>();
        builder.Services.AddSingleton<ExportPlaces>();
        builder.Services.AddScoped<CallerValidity>();
        builder.Services.AddSingleton<SealedCursors>();
        builder.Services.AddSingleton<TrailSurroundings>();
        builder.Services.AddSingleton<SignedLinks>();
        builder.Services.AddSingleton<ReleaseLinks>();
        builder.Services.AddSingleton<DeliveryLinks>();
        builder.Services.AddSingleton<ErasuresUnderWay>();
        builder.AddSettings<QueryOptions>(QueryOptions.Section);
        builder.Services.AddSingleton<TxtRecords>();
        builder.Services.AddSingleton<DomainProof>();
        builder.Services.AddHttpClient(TxtRecords.ClientName, client =>
        {
            client.Timeout = TimeSpan.FromSeconds(5);
            client.MaxResponseContentBufferSize = 64 * 1024;
        });
    }

    public static void AddConsumers(IBusRegistrationConfigurator bus) =>
        bus.AddConsumer<StatisticsChangedConsumer>().Endpoint(endpoint => endpoint.Name = QueueNames.Temporary("query.statistics-changed"));

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var reads = routes.MapGroup("")
            .RequireAuthorization(Scopes.Read)
            .AddOpenApiOperationTransformer(ApiParameters.DescribeAsync);

        ExportErrorEvents.Map(reads);
        ExportActivities.Map(reads);
        ExportDeliveries.Map(reads);

        var tagged = Tagged(reads);

        MapNumbers(routes);
        ExportStatistics.Map(reads);
        GetMailboxes.Map(tagged);
        GetActivities.Map(tagged);
        GetErrorEvents.Map(tagged);
        GetDelivery.Map(tagged);
        GetDeliveries.Map(tagged);
        GetQuotaHistory.Map(tagged);
        GetIncidents.Map(tagged);
        GetIncident.Map(tagged);
        GetMutes.Map(tagged);

        AnswerIncidents.Map(routes.MapGroup("").RequireAuthorization(Scopes.Admin).AddOpenApiOperationTransformer(ApiParameters.DescribeAsync));
        CollectionEndpoints.Map(routes);
        SuppressionEndpoints.Map(routes);
        BrakeEndpoints.Map(routes);
        AdministerQuotas.Map(routes.MapGroup("").AddEndpointFilter<NeverKept>().AddOpenApiOperationTransformer(ApiParameters.DescribeAsync));

        var admin = Administration(routes, Scopes.Admin);
        var operators = Administration(routes, Scopes.Operator);

        AdministerTenants.Map(admin, operators);
        AdministerKeys.Map(admin, operators);
        AdministerDomains.Map(admin, operators);
        AdministerUsers.Map(admin);
        GetSeenMailboxes.Map(admin);
        GetAudit.Map(admin);
        AdministerErasures.Map(admin, operators);
        PostDeliveryLink.Map(reads, admin);
        GetLinkedDelivery.Map(routes);
        LinkedRelease.Map(routes);
    }

    /// <summary>What holds no address: for pages in a browser too, be they limited to some domains.</summary>
    private static void MapNumbers(IEndpointRouteBuilder routes)
    {
        var numbers = routes.MapGroup("")
            .RequireAuthorization(Scopes.Statistics)
            .AddEndpointFilter<LimitedDomains>()
            .AddOpenApiOperationTransformer(ApiParameters.DescribeAsync);

        GetLive.Map(numbers);
        GetCaller.Map(numbers);
        PostToken.Map(routes.MapGroup("").RequireAuthorization(Scopes.Statistics).AddEndpointFilter<NeverKept>());

        var tagged = Tagged(numbers);

        GetOverview.Map(tagged);
        GetTimeline.Map(tagged);
        GetDomains.Map(tagged);
        GetDomain.Map(tagged);
        GetProviders.Map(tagged);
        GetAttempts.Map(tagged);
        GetLatency.Map(tagged);
        GetWaiting.Map(tagged);
        GetBounceReasons.Map(tagged);
        GetQuota.Map(tagged);
    }

    private static RouteGroupBuilder Tagged(IEndpointRouteBuilder group) => group.MapGroup("")
        .AddEndpointFilter<EntityTags>()
        .AddEndpointFilter<CursorProblems>()
        .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status304NotModified, typeof(void)));

    private static RouteGroupBuilder Administration(IEndpointRouteBuilder routes, string scope) => routes.MapGroup("/v1/admin")
        .RequireAuthorization(scope)
        .WithTags("Administration")
        .AddEndpointFilter<NeverKept>()
        .AddEndpointFilter<CursorProblems>()
        .AddOpenApiOperationTransformer(ApiParameters.DescribeAsync);
}
