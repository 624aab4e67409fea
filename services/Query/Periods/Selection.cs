using System.Security.Claims;
using MailStats.Mail.Statistics;
using MailStats.Query.Names;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;

namespace MailStats.Query.Periods;

/// <summary>What a statistics call is about: whose numbers, over which time.</summary>
internal sealed record Selection(StatisticsScope Scope, Period Period);

/// <summary>What a list of statistics is about, and how many items it gives at most.</summary>
internal sealed record ListSelection(StatisticsScope Scope, Period Period, int Limit);

/// <summary>Reads the filters of a call. The tenant is the caller's own, whatever the request says.</summary>
internal sealed class Selections(ITenantStore tenants, TimeProvider time)
{
    /// <summary>Null when something is wrong; <paramref name="problems"/> then says what.</summary>
    public async Task<Selection?> ReadAsync(
        ClaimsPrincipal caller, StatisticsFilter filter, FieldProblems problems, CancellationToken cancellationToken)
    {
        var scope = MailNames.ReadScope(caller.TenantId(), filter.Domain, filter.Mailbox, problems);
        var zone = await ReadZoneAsync(caller.TenantId(), filter.TimeZone, problems, cancellationToken);
        // Mistakes in the dates are told beside a mistake in the zone.
        var period = Period.Resolve(filter, time.GetUtcNow(), zone ?? TimeZoneInfo.Utc, problems);

        return problems.Any || period is null ? null : new Selection(scope, period);
    }

    /// <summary>The same with a limit.</summary>
    public async Task<ListSelection?> ReadAsync(
        ClaimsPrincipal caller, StatisticsFilter filter, string? limitText, ListLimit limits, FieldProblems problems, CancellationToken cancellationToken)
    {
        var limit = limits.Read(limitText, problems);

        return await ReadAsync(caller, filter, problems, cancellationToken) is { } selection ? new(selection.Scope, selection.Period, limit) : null;
    }

    /// <summary>The same for lists of single deliveries: without a period or dates the whole list is meant, and the range is null.</summary>
    public async Task<(StatisticsScope Scope, TimeRange? Range)?> ReadListAsync(
        ClaimsPrincipal caller, StatisticsFilter filter, FieldProblems problems, CancellationToken cancellationToken)
    {
        var selection = await ReadAsync(caller, filter, problems, cancellationToken);

        if (selection is null)
        {
            return null;
        }

        var bounded = filter.Period is not null || filter.From is not null;

        return (selection.Scope, bounded ? selection.Period.Current : null);
    }

    private async Task<TimeZoneInfo?> ReadZoneAsync(string tenantId, string? name, FieldProblems problems, CancellationToken cancellationToken)
    {
        if (name is null)
        {
            var tenant = await tenants.FindAsync(tenantId, cancellationToken);

            return tenant is null ? TimeZoneInfo.Utc : Zones.Find(tenant.TimeZone) ?? TimeZoneInfo.Utc;
        }

        return Texts.ReadZone(name, problems);
    }
}
