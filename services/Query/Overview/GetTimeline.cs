using System.Security.Claims;
using MailStats.Mail.Statistics;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Statistics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Overview;

internal static class GetTimeline
{
    private const string New = "new";
    private const string Cumulative = "cumulative";

    public static readonly IReadOnlyList<string> Views = [New, Cumulative];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/timeline", HandleAsync)
        .WithName("getTimeline")
        .WithTags("Statistics")
        .WithSummary("Counters by hour or day")
        .WithDescription(
            "Every interval of the period, the empty ones too. "
            + $"A quarter-hour interval covers at most {Interval.QuarterHour.LongestDays} days, an hour interval {Interval.Hour.LongestDays}, "
            + $"a day interval {Interval.Day.LongestDays}.");

    private static async Task<Results<Ok<Timeline>, ValidationProblem>> HandleAsync(
        ClaimsPrincipal caller,
        [AsParameters] StatisticsFilter filter,
        [FromQuery(Name = "interval")] string? intervalText,
        [FromQuery(Name = "view")] string? view,
        Selections selections,
        IStatisticsStore store,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var selection = await selections.ReadAsync(caller, filter, problems, cancellationToken);
        var interval = Interval.Read(intervalText, Interval.All, selection?.Period, problems);

        if (view is not (null or New or Cumulative))
        {
            problems.Add("view", $"must be one of {string.Join(", ", Views)}.");
        }

        if (problems.Any || selection is null || interval is null)
        {
            return problems.Refusal();
        }

        var range = selection.Period.Current;
        var intervals = await Composition.ReadAsync(
            store, selection.Scope, interval, range, selection.Period.Zone, view == Cumulative, cancellationToken);

        return TypedResults.Ok(new Timeline
        {
            Period = PeriodRange.Of(selection.Period),
            Interval = interval.Name,
            View = view ?? New,
            Points = [.. intervals.Select(TimelinePoint.Of)],
        });
    }
}
