using MailStats.Mail.Quotas;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Notifications;
using MailStats.Stores.Secrets;
using MailStats.Stores.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MailStats.Stores;

/// <summary>A database that keeps the promises of this project.</summary>
public interface IStoreProvider
{
    /// <summary>The value of <see cref="StorageOptions.Provider"/> that chooses it.</summary>
    static abstract string Name { get; }

    /// <summary>Why it cannot be used with these settings; null when it can.</summary>
    static abstract string? MistakeIn(StorageOptions options);

    /// <summary>Registers every store, and a health check that says when a change can be made durable.</summary>
    static abstract void AddServices(IServiceCollection services);
}

/// <summary>Registers the stores that <see cref="StorageOptions.Provider"/> chooses.</summary>
public static class StoreServices
{
    /// <summary>May be called by several modules of one process.</summary>
    public static void AddStores<TDefault, TOther>(this IHostApplicationBuilder builder)
        where TDefault : IStoreProvider
        where TOther : IStoreProvider
    {
        var services = builder.Services;

        if (services.Any(service => service.ServiceType == typeof(IDeliveryStore)))
        {
            return;
        }

        var section = builder.Configuration.GetSection(StorageOptions.Section);
        var other = section[nameof(StorageOptions.Provider)] == TOther.Name;

        services.AddOptions<StorageOptions>()
            .Bind(section)
            .ValidateDataAnnotations()
            .Validate(
                options => options.RollupsKeptMonths * 28 >= options.DeliveriesKeptDays,
                "Storage:RollupsKeptMonths must not be shorter than Storage:DeliveriesKeptDays: deliveries count in rollups.")
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>>(new ProviderValidator(other ? TOther.MistakeIn : TDefault.MistakeIn));
        services.AddOptions<QuotaOptions>().BindConfiguration(QuotaOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);

        if (other)
        {
            TOther.AddServices(services);
        }
        else
        {
            TDefault.AddServices(services);
        }

        services.AddSingleton<SecretSeal>();
        services.Seal<IWebhookSourceStore>(static (store, seal) => new SealedWebhookSources(store, seal));
        services.Seal<INotificationStore>(static (store, seal) => new SealedNotifications(store, seal));
    }

    /// <summary>Puts the seal before the provider's own store.</summary>
    private static void Seal<TStore>(this IServiceCollection services, Func<TStore, SecretSeal, TStore> with)
        where TStore : class
    {
        var own = services.Single(service => service.ServiceType == typeof(TStore));
        services.Remove(own);
        services.AddSingleton(provider => with(
            (TStore)ActivatorUtilities.CreateInstance(provider, own.ImplementationType!), provider.GetRequiredService<SecretSeal>()));
    }

    private sealed class ProviderValidator(Func<StorageOptions, string?> mistakeIn) : IValidateOptions<StorageOptions>
    {
        public ValidateOptionsResult Validate(string? name, StorageOptions options) =>
            mistakeIn(options) is { } mistake ? ValidateOptionsResult.Fail(mistake) : ValidateOptionsResult.Success;
    }
}
