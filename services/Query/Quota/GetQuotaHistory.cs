using System.Security.Claims;
using MailStats.ServiceDefaults;
using MailStats.Stores.Quotas;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Quota;

/// <summary>Past billing months.</summary>
internal static class GetQuotaHistory
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/quota/history", HandleAsync)
        .WithName("getQuotaHistory").WithTags("Quota").WithSummary("Recipients accepted in past billing months, latest first")
        .WithDescription("What was used of the tenant's limit, period by period, the latest first.");

    private static async Task<Ok<QuotaHistory>> HandleAsync(ClaimsPrincipal user, IQuotaStore quotas, CancellationToken cancellationToken)
    {
        var past = await quotas.HistoryAsync(user.TenantId(), cancellationToken);

        return TypedResults.Ok(new QuotaHistory([.. past.Select(period => new QuotaMonth(period.Period.Start, period.Period.End, period.Used, period.Limit))]));
    }
}

/// <param name="Items">At most 25, latest first.</param>
public sealed record QuotaHistory(IReadOnlyList<QuotaMonth> Items);

/// <param name="PeriodStart">Start of the billing month.</param>
/// <param name="PeriodEnd">Its end, the start of the next.</param>
/// <param name="Used">Recipients accepted in it.</param>
/// <param name="Limit">The limit at its end, null without one.</param>
public sealed record QuotaMonth(DateTimeOffset PeriodStart, DateTimeOffset PeriodEnd, long Used, long? Limit);
