using System.Globalization;
using MailStats.Mail.Brake;
using MailStats.Mail.Quotas;
using MailStats.Mail.Suppression;
using MailStats.Stores.Administration;
using MailStats.Stores.Collections;
using MailStats.Stores.Notifications;

namespace MailStats.Stores.Tests.Administration;

/// <summary>What every store promises about settings that two people may change at once.</summary>
public abstract class ReplacementSuite<TStores>
    where TStores : IStoresOpener
{
    [SkippableTheory]
    [MemberData(nameof(ReplacedSettings.Kinds), MemberType = typeof(ReplacedSettings))]
    public async Task What_does_not_stand_any_more_is_not_replaced(string kind)
    {
        await using var stores = await TStores.OpenAsync();
        var settings = Settings.Kinds[kind];
        Assert.True(await settings.ReplaceAsync(stores, 5, _ => true));

        Assert.False(await settings.ReplaceAsync(stores, 7, now => now == 6));
        Assert.Equal(5, await settings.ReadAsync(stores));
        Assert.True(await settings.ReplaceAsync(stores, 7, now => now == 5));
        Assert.Equal(7, await settings.ReadAsync(stores));
    }

    [SkippableTheory]
    [MemberData(nameof(ReplacedSettings.Kinds), MemberType = typeof(ReplacedSettings))]
    public async Task Of_many_who_change_what_they_read_one_is_first(string kind)
    {
        await using var stores = await TStores.OpenAsync();
        await using var others = stores.Another();
        var settings = Settings.Kinds[kind];
        await settings.ReplaceAsync(stores, 1, _ => true);

        var replaced = await Task.WhenAll(Enumerable.Range(2, 8)
            .Select(value => settings.ReplaceAsync(value % 2 == 0 ? stores : others, value, now => now == 1)));

        Assert.Single(replaced, done => done);
        Assert.Equal(Array.IndexOf(replaced, true) + 2, await settings.ReadAsync(stores));
    }
}

/// <summary>What the suite is run with.</summary>
public static class ReplacedSettings
{
    public static TheoryData<string> Kinds => [.. Settings.Kinds.Keys];
}

/// <summary>One kind of settings, told by one number from 1 to 24.</summary>
internal sealed record Settings(Func<OpenedStores, int, Func<int, bool>, Task<bool>> ReplaceAsync, Func<OpenedStores, Task<int>> ReadAsync)
{
    private const string Tenant = "acme";

    public static IReadOnlyDictionary<string, Settings> Kinds { get; } = new Dictionary<string, Settings>(StringComparer.Ordinal)
    {
        ["brake"] = new(
            (stores, value, holds) => stores.Brakes.ReplaceSettingsAsync(
                Tenant, new() { Mode = BrakeMode.Enforce, PerHour = value }, now => holds((int)(now.PerHour ?? 0)), default),
            async stores => (int)(await stores.Brakes.SettingsAsync(Tenant, default)).PerHour!),
        ["suppression"] = new(
            (stores, value, holds) => stores.Suppressions.ReplaceSettingsAsync(
                Tenant, null, new() { HardBounceDays = value }, now => holds(now.HardBounceDays), default),
            async stores => (await stores.Suppressions.OwnSettingsAsync(Tenant, null, default))!.HardBounceDays),
        ["suppression of a domain"] = new(
            (stores, value, holds) => stores.Suppressions.ReplaceSettingsAsync(
                Tenant, "shop.example", new() { HardBounceDays = value }, now => holds(now.HardBounceDays), default),
            async stores => (await stores.Suppressions.OwnSettingsAsync(Tenant, "shop.example", default))!.HardBounceDays),
        ["collection"] = new(
            (stores, value, holds) => stores.Collections.ReplaceSettingsAsync(
                Tenant,
                new TenantCollectionSettings(new() { IntervalHours = value }, new Dictionary<string, Contracts.CollectionSettings>()),
                now => holds(now.Settings.IntervalHours),
                default),
            async stores => (await stores.Collections.SettingsAsync(Tenant, default)).Settings.IntervalHours),
        ["quota"] = new(
            (stores, value, holds) => stores.Quotas.ReplaceSettingsAsync(
                new QuotaSettings { TenantId = Tenant, AnchorDay = value }, now => holds(now.AnchorDay), default),
            async stores => (await stores.Quotas.SettingsAsync(Tenant, default)).AnchorDay),
        ["limit"] = new(
            (stores, value, holds) => stores.Quotas.ReplaceLimitAsync(
                new(new(Tenant, "shop.example"), QuotaWindow.Day, value, Temporary: true), now => holds((int)(now?.Recipients ?? 0)), default),
            async stores => (int)(await stores.Quotas.LimitAsync(new(Tenant, "shop.example"), QuotaWindow.Day, default))!.Recipients),
        ["user"] = new(
            (stores, value, holds) => stores.Users.ReplaceAsync(
                new(Tenant, "ann", Text(value), UserRole.Viewer, Some.Noon), now => holds(Number(now?.Name)), default),
            async stores => Number((await stores.Users.FindAsync(Tenant, "ann", default))!.Name)),
        ["letter"] = new(
            (stores, value, holds) => stores.Letters.ReplaceAsync(
                new(Tenant, LetterRhythm.Weekly, "en", Some.Noon.AddHours(value)), now => holds((now?.ChangedAt - Some.Noon)?.Hours ?? 0), default),
            async stores => ((await stores.Letters.FindAsync(Tenant, default))!.ChangedAt - Some.Noon).Hours),
        ["notification target"] = new(
            (stores, value, holds) => stores.Notifications.ReplaceTargetAsync(
                new("t1", Tenant, NotificationKind.Webhook, "https://shop.example/hook", Text(value), "a secret", true, Some.Noon),
                now => holds(Number(now?.Name)),
                default),
            async stores => Number((await stores.Notifications.FindTargetAsync(Tenant, "t1", default))!.Name)),
        ["tenant"] = new(
            (stores, value, holds) => stores.Tenants.ReplaceAsync(new Tenant(Tenant, Text(value), "UTC", Some.Noon), now => holds(Number(now?.Name)), default),
            async stores => Number((await stores.Tenants.FindAsync(Tenant, default))!.Name)),
    };

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static int Number(string? text) => text is null ? 0 : int.Parse(text, CultureInfo.InvariantCulture);
}
