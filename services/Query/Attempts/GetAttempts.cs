using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Security.Claims;
using MailStats.Mail.Attempts;
using MailStats.Mail.Statistics;
using MailStats.Query.Lists;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Attempts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Attempts;

internal static class GetAttempts
{
    /// <summary>Points of one answer: five megabytes.</summary>
    public const int MostPoints = 50_000;

    public static readonly IReadOnlyList<Interval> Intervals = [Interval.FiveMinutes, Interval.Hour, Interval.Day];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/attempts", HandleAsync)
        .WithName("getAttempts")
        .WithTags("Statistics")
        .WithSummary("Attempts when they happened")
        .WithDescription(
            "Statistics count a recipient when its message was accepted; here every attempt counts when it was made: deliveries, deferrals, "
            + "soft and hard failures, and complaints. Told apart by sending domain, receiving provider, outcome and reason as asked, of all "
            + "providers or of one. Five minutes are kept for "
            + "14 days, then hours. "
            + $"A five-minute interval covers at most {Interval.FiveMinutes.LongestDays} days, an hour interval {Interval.Hour.LongestDays}, "
            + $"a day interval {Interval.Day.LongestDays}; an answer has at most {MostPoints} points.");

    private static async Task<Results<Ok<AttemptSeries>, ValidationProblem>> HandleAsync(
        ClaimsPrincipal caller,
        [AsParameters] DomainStatisticsFilter filter,
        [FromQuery(Name = "interval")] string? intervalText,
        [FromQuery(Name = "by")] string? by,
        [FromQuery(Name = "provider")] string? providerText,
        [FromQuery(Name = "limit")] string? limitText,
        Selections selections,
        IAttemptStore store,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var selection = await selections.ReadAsync(caller, filter.Of(), limitText, ListLimits.AttemptProviders, problems, cancellationToken);
        var provider = ListTexts.ReadName("provider", providerText, problems);
        var interval = Interval.Read(intervalText, Intervals, selection?.Period, problems);
        var groups = AttemptGroups.Read(by)
            ?? problems.Refuse<AttemptGroups>("by", $"must be some of {string.Join(", ", AttemptGroups.Words)}, apart by commas");

        if (problems.Any || selection is null || interval is null || groups is null)
        {
            return problems.Refusal();
        }

        var (scope, period, limit) = selection;

        Task ReadAsync(Action<AttemptRow> add) => store.ReadAsync(
            scope,
            period.Current,
            provider is null
                ? add
                : row =>
                {
                    if (row.Key.Provider == provider)
                    {
                        add(row);
                    }
                },
            cancellationToken);

        var named = groups.Domain || groups.Provider ? await MostAsync(ReadAsync, limit) : new(FrozenSet<string>.Empty, FrozenSet<string>.Empty);
        var sums = new AttemptSums([.. interval.Starts(period.Current, period.Zone)], groups, named);
        await ReadAsync(sums.Add);

        if (sums.Count > MostPoints)
        {
            problems.Add("interval", $"must be longer for this period, or by or limit less: the answer would have more than {MostPoints} points");

            return problems.Refusal();
        }

        return TypedResults.Ok(new AttemptSeries { Period = PeriodRange.Of(period), Interval = interval.Name, Points = sums.Points(period.Zone) });
    }

    /// <summary>Those with most attempts. The rest, domains of a few recipients as a rule, is told as one.</summary>
    private static async Task<NamedPlaces> MostAsync(Func<Action<AttemptRow>, Task> readAsync, int limit)
    {
        var domains = new Dictionary<string, long>(StringComparer.Ordinal);
        var providers = new Dictionary<string, long>(StringComparer.Ordinal);
        await readAsync(row =>
        {
            CollectionsMarshal.GetValueRefOrAddDefault(domains, row.Key.Domain, out _) += row.Attempts;
            CollectionsMarshal.GetValueRefOrAddDefault(providers, row.Key.Provider, out _) += row.Attempts;
        });

        return new(Most(domains, limit), Most(providers, limit));
    }

    private static HashSet<string> Most(Dictionary<string, long> attempts, int limit) =>
    [
        .. attempts.OrderByDescending(place => place.Value).ThenBy(place => place.Key, StringComparer.Ordinal).Take(limit).Select(place => place.Key),
    ];
}
