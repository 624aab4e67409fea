using MailStats.Policy.Decisions;
using MailStats.Policy.Http;
using MailStats.Policy.Postfix;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Sqlite;
using MassTransit;
using Microsoft.Extensions.Options;

namespace MailStats.Policy;

/// <summary>Answers MTAs that ask whether a message may pass: the suppression list, then the sender's quota.</summary>
public sealed class PolicyModule : IModule
{
    public static bool UsesBus => false;

    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddStores<SqliteStores, MongoStores>();
        builder.AddAccess();
        builder.AddSettings<PolicyOptions>(PolicyOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<PolicyOptions>, PolicyOptionsValidator>();
        builder.Services.AddSingleton<PolicyFigures>();
        builder.Services.AddSingleton<SenderRegister>();
        builder.Services.AddSingleton<RefusalTrail>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RefusalTrail>());
        builder.Services.AddSingleton<SuppressionPolicy>();
        builder.Services.AddSingleton<MailboxCounts>();
        builder.Services.AddSingleton<MailboxNetworks>();
        builder.Services.AddSingleton<BrakePolicy>();
        builder.Services.AddSingleton<QuotaPolicy>();
        builder.Services.AddSingleton<MessageDecision>();
        builder.Services.AddSingleton<PolicySession>();
        builder.Services.AddSingleton<PolicyListener>();
        builder.Services.AddHostedService(services => services.GetRequiredService<PolicyListener>());
    }

    public static void AddConsumers(IBusRegistrationConfigurator bus)
    {
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var anyScope = routes.MapGroup("").RequireAuthorization(policy => policy.RequireAssertion(context =>
            context.User.HasClaim(claim => claim.Type == Caller.TenantClaim)
            && (context.User.HasScope(Scopes.Ingest) || context.User.HasScope(Scopes.IngestAll) || context.User.HasScope(Scopes.Read))));
        PostCheck.Map(anyScope);

        var mailServers = routes.MapGroup("").RequireAuthorization(policy => policy.RequireAssertion(context =>
            context.User.HasClaim(claim => claim.Type == Caller.TenantClaim)
            && (context.User.HasScope(Scopes.Ingest) || context.User.HasScope(Scopes.IngestAll))));
        PostReservation.Map(mailServers);
        PostMtaHook.Map(mailServers);
        PostRecipients.Map(mailServers);

        GetStatus.Map(routes);
        SelfTest.Map(routes);
    }
}
