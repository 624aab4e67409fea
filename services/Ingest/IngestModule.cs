using MailStats.Ingest.Events;
using MailStats.ServiceDefaults;
using MailStats.Storage;
using MailStats.Storage.Administration;
using MassTransit;

namespace MailStats.Ingest;

/// <summary>
/// Takes events in: serves <c>POST /v1/events</c>; publishes <c>DeliveriesReported</c>; consumes nothing.
/// Answers 202 only when the events are durable.
/// </summary>
public sealed class IngestModule : IModule
{
    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddStorage();
        builder.AddApiKeys<IApiKeyStore>((keys, key, cancellationToken) => keys.FindCallerAsync(key, cancellationToken));
        builder.AddRoles<IUserStore>((users, tenant, subject, cancellationToken) => users.ScopesAsync(tenant, subject, cancellationToken));
        builder.AddAudit<IAuditStore>(
            (audit, action, cancellationToken) => audit.BeginAsync(
                AuditEntry.Begun(action.Id, action.TenantId, action.At, action.Actor, action.Name, action.Target), cancellationToken),
            (audit, id, status, details, cancellationToken) => audit.CompleteAsync(id, status, details, cancellationToken));
        builder.Services.AddOpenApi("v1");
        builder.Services.AddOptions<IngestOptions>().BindConfiguration(IngestOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IngestMetrics>();
        builder.Services.AddSingleton<BodyReader>();
        builder.Services.AddSingleton<Intake>();
        builder.Services.AddHostedService<JournalReplay>();
    }

    public static void AddConsumers(IBusRegistrationConfigurator bus)
    {
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes) => PostEvents.Map(routes);
}
