using MailStats.Stores;
using Microsoft.Extensions.Configuration;

namespace MailStats.ServiceDefaults.Tests.Settings;

public sealed class SettingsCheckTests
{
    [Theory]
    [InlineData("Storage:DeliverysKeptDays", "3", "Storage:DeliverysKeptDays: there is no such setting; did you mean Storage:DeliveriesKeptDays?")]
    [InlineData("Storage:Folder", "x", "Storage:Folder: there is no such setting; Storage has AddressKey, Addresses, ConnectionString, Database, "
        + "DeliveriesKeptDays, Path, Provider, RollupsKeptMonths, SecretKey")]
    [InlineData("Storage:DeliveriesKeptDays", "a month", "Storage:DeliveriesKeptDays: 'a month' is not a whole number of its size")]
    [InlineData("Storage:DeliveriesKeptDays", "", "Storage:DeliveriesKeptDays: '' is not a whole number of its size")]
    [InlineData("Storage:Addresses", "Secret", "Storage:Addresses: 'Secret' is not Plain or Masked or Hashed")]
    [InlineData("Storage:Path:0", "x", "Storage:Path: takes one value and has no parts")]
    public void A_mistake_is_named_with_what_would_be_right(string key, string value, string mistake) =>
        Assert.Equal([mistake], Mistakes<StorageOptions>("Storage", key, value));

    [Theory]
    [InlineData("Edge:AllowedOrigins", "https://panel.example", "Edge:AllowedOrigins: has parts; write Edge:AllowedOrigins:0")]
    [InlineData("Shutdown:Pause", "soon", "Shutdown:Pause: 'soon' is not a duration, for example 00:00:30")]
    [InlineData("Messaging:ReplayQuarantine", "yes", "Messaging:ReplayQuarantine: 'yes' is not true or false")]
    [InlineData("Messaging:Prefetch", "70000", "Messaging:Prefetch: '70000' is not a whole number of its size")]
    public void So_is_one_of_every_type(string key, string value, string mistake) => Assert.Equal(
        [mistake],
        key[..key.IndexOf(':', StringComparison.Ordinal)] switch
        {
            "Edge" => Mistakes<EdgeOptions>("Edge", key, value),
            "Shutdown" => Mistakes<ShutdownOptions>("Shutdown", key, value),
            _ => Mistakes<MessagingOptions>("Messaging", key, value),
        });

    [Theory]
    [InlineData("storage:path", "/data")]
    [InlineData("Storage:AddressKey", "")]
    [InlineData("Storage:DeliveriesKeptDays", "3")]
    [InlineData("Storage:Addresses", "masked")]
    public void What_the_binder_takes_is_no_mistake(string key, string value) => Assert.Empty(Mistakes<StorageOptions>("Storage", key, value));

    [Theory]
    [InlineData("Mesaging:Transport", "Mesaging: there is no such section; did you mean Messaging?")]
    [InlineData("Stroage:Provider", "Stroage: there is no such section; did you mean Storage?")]
    [InlineData("Egde:Burst", "Egde: there is no such section; did you mean Edge?")]
    [InlineData("Logging:LogLevel:Default", null)]
    [InlineData("Kestrel:Endpoints:Http:Url", null)]
    [InlineData("Mesaging", null)]
    public void A_section_that_is_nearly_ours_is_a_mistake_and_another_one_is_not(string key, string? mistake) => Assert.Equal(
        mistake is null ? [] : [mistake],
        SettingsCheck.MisspeltSections(Of(key, "x"), ["Messaging", "Storage", "Edge"]).Select(found => found.Text));

    private static IEnumerable<string> Mistakes<TOptions>(string section, string key, string value) =>
        SettingsCheck.Mistakes(Of(key, value).GetSection(section), typeof(TOptions)).Select(mistake => mistake.Text);

    private static IConfigurationRoot Of(string key, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();
}
