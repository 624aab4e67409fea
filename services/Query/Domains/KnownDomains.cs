using MailStats.Mail.Statistics;
using MailStats.Query.Periods;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.Statistics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Domains;

/// <summary>
/// Whether a domain is one of the tenant's: registered, or seen as a sender. Only the tenant's own rows are asked, so a
/// domain of another tenant looks like one that does not exist.
/// </summary>
internal sealed class KnownDomains(ITenantStore tenants, IStatisticsStore store)
{
    /// <summary>The registration; one without a date where the domain is only known from its mail; null where it is not known.</summary>
    public async Task<SendingDomain?> FindAsync(StatisticsScope scope, Period period, CancellationToken cancellationToken)
    {
        var name = scope.Domain ?? throw new ArgumentException("Names no domain.", nameof(scope));
        var registered = (await tenants.DomainsAsync(scope.TenantId, cancellationToken)).FirstOrDefault(domain => domain.Domain == name);

        if (registered is not null)
        {
            return registered;
        }

        var everything = await store.SumAsync(new StatisticsScope(scope.TenantId, name), Period.Everything(period.Current.To), cancellationToken);

        return everything == default ? null : new SendingDomain(scope.TenantId, name, null, period.Current.From);
    }

    public static ProblemHttpResult NotFound() =>
        TypedResults.Problem("This tenant has no such domain.", statusCode: StatusCodes.Status404NotFound);
}
