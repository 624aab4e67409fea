using System.Globalization;
using System.Security.Claims;
using MailStats.Mail.Attempts;
using MailStats.Mail.Time;
using MailStats.Query.Lists;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Attempts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Attempts;

internal static class GetLatency
{
    private const string Provider = "provider";
    private const string Domain = "domain";
    private const string Day = "day";

    public static readonly IReadOnlyList<string> Words = [Provider, Domain, Day];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/latency", HandleAsync)
        .WithName("getLatency")
        .WithTags("Statistics")
        .WithSummary("How long mail takes from acceptance to delivery")
        .WithDescription(
            "Of the recipients whose message was accepted in the period and that are delivered. A recipient that a source tells of only when "
            + "it is delivered is left out: nobody knows when it was accepted. Quarter hours are kept for 92 days; older days are those of UTC.");

    private static async Task<Results<Ok<LatencyList>, ValidationProblem>> HandleAsync(
        ClaimsPrincipal caller,
        [AsParameters] DomainStatisticsFilter filter,
        [FromQuery(Name = "by")] string? by,
        [FromQuery(Name = "limit")] string? limitText,
        Selections selections,
        IAttemptStore store,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var selection = await selections.ReadAsync(caller, filter.Of(), limitText, ListLimits.Statistics, problems, cancellationToken);

        if (by is not null && !Words.Contains(by))
        {
            problems.Add("by", $"must be one of {string.Join(", ", Words)}");
        }

        if (problems.Any || selection is null)
        {
            return problems.Refusal();
        }

        var (scope, period, limit) = selection;
        var groups = new Dictionary<string, TimesToDeliver>(StringComparer.Ordinal);
        await store.ReadTimesAsync(
            scope,
            period.Current,
            row =>
            {
                var name = by == Day ? DayOf(row, period.Zone) : by == Domain ? row.Domain : row.Provider;

                if (!groups.TryGetValue(name, out var times))
                {
                    groups.Add(name, times = new());
                }

                times.Add(row.Bin, row.Deliveries);
            },
            cancellationToken);
        var items = groups.Where(group => group.Value.Deliveries > 0)
            .OrderByDescending(group => by == Day ? 0 : group.Value.Deliveries).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => ItemOf(by, group.Key, group.Value))
            .ToList();

        return TypedResults.Ok(new LatencyList { Period = PeriodRange.Of(period), Items = [.. items.Take(limit)], Total = items.Count });
    }

    private static string DayOf(TimesRow row, TimeZoneInfo zone) =>
        (row.Length == TallyTier.Days.Length() ? DateOnly.FromDateTime(row.Start.UtcDateTime) : LocalDays.DateAt(row.Start, zone))
            .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Latency ItemOf(string? by, string name, TimesToDeliver times) => new()
    {
        Provider = by is null or Provider ? name : null,
        Domain = by == Domain ? name : null,
        Day = by == Day ? DateOnly.ParseExact(name, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null,
        Deliveries = times.Deliveries,
        P50Seconds = Seconds(times, 0.5),
        P90Seconds = Seconds(times, 0.9),
        P95Seconds = Seconds(times, 0.95),
        P99Seconds = Seconds(times, 0.99),
    };

    private static double Seconds(TimesToDeliver times, double share) => Math.Round(times.Quantile(share), 3);
}
