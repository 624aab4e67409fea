using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Collections;

namespace MailStats.Query.Collection;

/// <summary>How collectors are to gather.</summary>
public sealed record CollectionSettingsBody
{
    internal const int MostHosts = 1_000;

    /// <summary>False: nothing is read until a collection is asked for.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Hours between two collections, 1 to 24. Without meaning while <c>continuous</c>.</summary>
    public int IntervalHours { get; init; } = 1;

    /// <summary>True: lines are read as they are written.</summary>
    public bool Continuous { get; init; } = true;

    /// <summary>
    /// Hosts with a setting of their own, at most 1,000; the others follow the one above. A <c>PUT</c> replaces the list:
    /// without it no host has its own.
    /// </summary>
    public IReadOnlyList<HostCollectionSettingsBody> Hosts { get; init; } = [];

    /// <summary>Only for a body without problems.</summary>
    internal TenantCollectionSettings ToSettings() => new(
        new CollectionSettings { Enabled = Enabled, IntervalHours = IntervalHours, Continuous = Continuous },
        Hosts.ToDictionary(host => host.Host, host => host.ToSettings(), StringComparer.Ordinal));

    internal FieldProblems FindProblems()
    {
        var problems = new FieldProblems();
        HostCollectionSettingsBody.CheckInterval("intervalHours", IntervalHours, problems);

        if (Hosts is not { Count: <= MostHosts })
        {
            problems.Add("hosts", $"must be at most {MostHosts} hosts");

            return problems;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);

        for (var place = 0; place < Hosts.Count; place++)
        {
            if (Hosts[place] is not { } host)
            {
                problems.Add($"hosts[{place}]", "must be a host's setting");

                continue;
            }

            if (HostNames.Check($"hosts[{place}].host", host.Host, problems) && !names.Add(host.Host))
            {
                problems.Add($"hosts[{place}].host", "stands in the list twice");
            }

            HostCollectionSettingsBody.CheckInterval($"hosts[{place}].intervalHours", host.IntervalHours, problems);
        }

        return problems;
    }
}

/// <summary>How the collector on one host is to gather, in place of the tenant's setting.</summary>
public sealed record HostCollectionSettingsBody
{
    /// <summary>The host as its collector names it, see <c>hosts</c> in <c>GET /v1/collections</c>; one that was not heard of yet may be named too.</summary>
    /// <example>"mx1.shop.example"</example>
    public string Host { get; init; } = "";

    /// <summary>False: nothing is read until a collection is asked for.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Hours between two collections, 1 to 24. Without meaning while <c>continuous</c>.</summary>
    public int IntervalHours { get; init; } = 1;

    /// <summary>True: lines are read as they are written.</summary>
    public bool Continuous { get; init; } = true;

    internal static void CheckInterval(string field, int hours, FieldProblems problems)
    {
        if (hours is < 1 or > 24)
        {
            problems.Add(field, "must be a whole number from 1 to 24");
        }
    }

    internal CollectionSettings ToSettings() => new() { Enabled = Enabled, IntervalHours = IntervalHours, Continuous = Continuous };
}
