using MailStats.Mail.Quotas;
using MailStats.Stores;
using MailStats.Stores.Deliveries;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>The sections that a process reads. One that is set wrongly does not start, and says everything that is wrong.</summary>
public static class Settings
{
    // The stores register their sections themselves, below everything of this project.
    private static readonly SettingsSection[] OfStores =
        [SettingsSection.Of<StorageOptions>(StorageOptions.Section), SettingsSection.Of<QuotaOptions>(QuotaOptions.Section)];

    /// <summary>Binds a section to its options class. Its attributes, its values' types and its keys are checked at start.</summary>
    public static OptionsBuilder<TOptions> AddSettings<TOptions>(this IHostApplicationBuilder builder, string section)
        where TOptions : class
    {
        builder.Services.AddSingleton(SettingsSection.Of<TOptions>(section));

        return builder.Services.AddOptions<TOptions>().BindConfiguration(section).ValidateDataAnnotations().ValidateOnStart();
    }

    /// <summary>Checks every section that was added, and those of the stores where there are any.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong: all of it.</exception>
    public static void Validate(IServiceProvider services)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        var hasStores = services.GetRequiredService<IServiceProviderIsService>().IsService(typeof(IDeliveryStore));
        var sections = services.GetServices<SettingsSection>().Concat(hasStores ? OfStores : []).DistinctBy(section => section.Name).ToList();
        var mistakes = SettingsCheck.MisspeltSections(configuration, [.. sections.Select(section => section.Name)]).ToList();

        foreach (var section in sections)
        {
            var inKeys = SettingsCheck.Mistakes(configuration.GetSection(section.Name), section.Options).ToList();
            mistakes.AddRange(inKeys);

            // What has a wrong type cannot be bound, and so not be checked any further.
            if (!inKeys.Exists(mistake => mistake.IsWrongType))
            {
                mistakes.AddRange(ValidatedMistakes(section, services));
            }
        }

        if (mistakes.Count > 0)
        {
            throw new OptionsValidationException("", typeof(Settings), mistakes.Select(mistake => mistake.Text));
        }
    }

    private static IEnumerable<SettingsMistake> ValidatedMistakes(SettingsSection section, IServiceProvider services)
    {
        try
        {
            section.Bind(services);

            return [];
        }
        catch (OptionsValidationException wrong)
        {
            return Mistakes.Of(wrong).Select(text => new SettingsMistake(text));
        }
    }
}

/// <param name="Name">The section.</param>
/// <param name="Options">The class that it is bound to.</param>
/// <param name="Bind">Binds and validates it.</param>
internal sealed record SettingsSection(string Name, Type Options, Action<IServiceProvider> Bind)
{
    public static SettingsSection Of<TOptions>(string name)
        where TOptions : class => new(name, typeof(TOptions), services => _ = services.GetRequiredService<IOptions<TOptions>>().Value);
}
