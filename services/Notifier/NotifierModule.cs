using MailStats.Notifier.Letters;
using MailStats.Notifier.Notices;
using MailStats.Notifier.Sending;
using MailStats.Notifier.Targets;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Sqlite;
using MassTransit;

namespace MailStats.Notifier;

/// <summary>
/// Consumes notices of quotas, webhook sources, incidents and stopped mailboxes (<c>QuotaThresholdReached</c>,
/// <c>WebhookSourceFailed</c>, <c>IncidentOpened</c>, …) and tells webhooks and mail addresses, each notice once, with retries out
/// of the store; <c>RecipientSuppressed</c> and <c>RecipientReleased</c> go to webhooks alone. Writes the weekly or monthly letter.
/// Serves the administration of who is told.
/// </summary>
public sealed class NotifierModule : IModule
{
    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddStores<SqliteStores, MongoStores>();
        builder.AddAccess();
        builder.AddSettings<NotifierOptions>(NotifierOptions.Section);
        builder.Services.AddSingleton<WebhookSender>();
        builder.Services.AddSingleton<SignedLinks>();
        builder.Services.AddSingleton<ReleaseLinks>();
        builder.Services.AddSingleton<MailSender>();
        builder.Services.AddSingleton<NotificationDelivery>();
        builder.Services.AddSingleton<NoticeIntake>();
        builder.Services.AddHostedService(services => services.GetRequiredService<NoticeIntake>());
        builder.Services.AddHostedService<NotificationDispatcher>();
        builder.Services.AddSingleton<LetterComposer>();
        builder.Services.AddHostedService<LetterWriter>();
    }

    public static void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<QuotaThresholdReachedConsumer, QuotaThresholdReachedConsumerDefinition>();
        bus.AddConsumer<QuotaRestoredConsumer, QuotaRestoredConsumerDefinition>();
        bus.AddConsumer<WebhookSourceFailedConsumer, WebhookSourceFailedConsumerDefinition>();
        bus.AddConsumer<IncidentOpenedConsumer, IncidentOpenedConsumerDefinition>();
        bus.AddConsumer<IncidentChangedConsumer, IncidentChangedConsumerDefinition>();
        bus.AddConsumer<IncidentClosedConsumer, IncidentClosedConsumerDefinition>();
        bus.AddConsumer<MailboxStoppedConsumer, MailboxStoppedConsumerDefinition>();
        bus.AddConsumer<MailboxReleasedConsumer, MailboxReleasedConsumerDefinition>();
        bus.AddConsumer<RecipientSuppressedConsumer, RecipientSuppressedConsumerDefinition>();
        bus.AddConsumer<RecipientReleasedConsumer, RecipientReleasedConsumerDefinition>();
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        AdministerTargets.Map(routes);
        AdministerLetters.Map(routes);
        PreviewLetter.Map(routes);
    }
}
