using MailStats.Contracts;
using MailStats.Stores.Collections;

namespace MailStats.Query.Collection;

/// <summary>How collectors gather.</summary>
public sealed record CollectionSettingsView
{
    /// <summary>False: nothing is read until a collection is asked for.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Hours between two collections, 1 to 24. Without meaning while <c>continuous</c>.</summary>
    public required int IntervalHours { get; init; }

    /// <summary>True: lines are read as they are written.</summary>
    public required bool Continuous { get; init; }

    /// <summary>Hosts with a setting of their own, by name; the others follow the one above.</summary>
    public required IReadOnlyList<HostCollectionSettingsView> Hosts { get; init; }

    internal static CollectionSettingsView Of(TenantCollectionSettings settings) => new()
    {
        Enabled = settings.Settings.Enabled,
        IntervalHours = settings.Settings.IntervalHours,
        Continuous = settings.Settings.Continuous,
        Hosts = [.. settings.Hosts.OrderBy(host => host.Key, StringComparer.Ordinal).Select(host => HostCollectionSettingsView.Of(host.Key, host.Value))],
    };
}

/// <summary>How the collector on one host gathers, in place of the tenant's setting.</summary>
public sealed record HostCollectionSettingsView
{
    /// <summary>The host as its collector names it.</summary>
    /// <example>"mx1.shop.example"</example>
    public required string Host { get; init; }

    /// <summary>False: nothing is read until a collection is asked for.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Hours between two collections, 1 to 24. Without meaning while <c>continuous</c>.</summary>
    public required int IntervalHours { get; init; }

    /// <summary>True: lines are read as they are written.</summary>
    public required bool Continuous { get; init; }

    internal static HostCollectionSettingsView Of(string host, CollectionSettings settings) => new()
    {
        Host = host,
        Enabled = settings.Enabled,
        IntervalHours = settings.IntervalHours,
        Continuous = settings.Continuous,
    };
}
