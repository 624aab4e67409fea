using System.Globalization;
using System.Security.Claims;
using System.Text;
using MailStats.Mail.Statistics;
using MailStats.Query.Overview;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Statistics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Export;

/// <summary>
/// The indicators as CSV: <c>/v1/timeline.csv</c> by day, <c>/v1/domains.csv</c>, <c>/v1/mailboxes.csv</c> (of one domain) and
/// <c>/v1/providers.csv</c>.
/// </summary>
internal static class ExportStatistics
{
    private static readonly string[] Columns =
    [
        "recipients", "delivered", "softBounces", "hardBounces", "pending", "complaints", "deliveryRate", "softBounceRate", "hardBounceRate",
        "complaintRate",
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        MapOne(routes, "timeline", "exportTimeline", "Indicators by day", "start", async (store, selection, token) =>
            [.. (await Composition.ReadAsync(
                    store, selection.Scope, Interval.Day, selection.Period.Current, selection.Period.Zone, cumulative: false, token))
                .Select(day => new NamedCounters(day.Start.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), day.Counters))]);
        MapOne(routes, "domains", "exportDomains", "Indicators by sending domain", "domain", async (store, selection, token) =>
            [.. (await store.DomainsAsync(selection.Scope.TenantId, selection.Period.Current, token))
                .Where(domain => selection.Scope.Domain is null || domain.Name == selection.Scope.Domain)]);
        MapOne(routes, "mailboxes", "exportMailboxes", "Indicators by mailbox of one domain", "mailbox", (store, selection, token) =>
            store.MailboxesAsync(selection.Scope.TenantId, selection.Scope.Domain!, selection.Period.Current, token), needsDomain: true);
        MapOne(routes, "providers", "exportProviders", "Indicators by receiving provider", "provider", (store, selection, token) =>
            store.ProvidersAsync(selection.Scope, selection.Period.Current, token));
    }

    private static void MapOne(
        IEndpointRouteBuilder routes, string name, string operation, string summary, string first,
        Func<IStatisticsStore, Selection, CancellationToken, Task<IReadOnlyList<NamedCounters>>> read, bool needsDomain = false) =>
        routes.MapGet($"/v1/{name}.csv", (
                ClaimsPrincipal caller, [AsParameters] StatisticsFilter filter, Selections selections, IStatisticsStore store,
                CancellationToken cancellationToken) =>
                HandleAsync(caller, filter, selections, store, name, first, read, needsDomain, cancellationToken))
            .WithName(operation)
            .WithTags("Statistics")
            .WithSummary($"{summary}, as CSV")
            .WithDescription("All rows, as RFC 4180 in UTF-8 with a header line. Rates are percentages; empty where there is nothing to divide by.")
            .Produces<string>(StatusCodes.Status200OK, "text/csv");

    private static async Task<Results<PushStreamHttpResult, ValidationProblem>> HandleAsync(
        ClaimsPrincipal caller,
        StatisticsFilter filter,
        Selections selections,
        IStatisticsStore store,
        string name,
        string first,
        Func<IStatisticsStore, Selection, CancellationToken, Task<IReadOnlyList<NamedCounters>>> read,
        bool needsDomain,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var selection = await selections.ReadAsync(caller, filter, problems, cancellationToken);

        if (needsDomain && selection is { Scope.Domain: null })
        {
            problems.Add("domain", "is required");
        }

        if (problems.Any || selection is null)
        {
            return problems.Refusal();
        }

        var rows = new StringBuilder();
        var csv = new CsvWriter(rows);
        csv.Row([first, .. Columns]);

        foreach (var (label, counters) in await read(store, selection, cancellationToken))
        {
            csv.Row(
                label, Text(counters.Recipients), Text(counters.Delivered), Text(counters.SoftBounces), Text(counters.HardBounces), Text(counters.Pending),
                Text(counters.Complaints), Text(Rates.Of(counters.Delivered, counters.Recipients)), Text(Rates.Of(counters.SoftBounces, counters.Recipients)),
                Text(Rates.Of(counters.HardBounces, counters.Recipients)), Text(Rates.Of(counters.Complaints, counters.Delivered)));
        }

        return TypedResults.Stream(body => WriteAsync(body, rows, cancellationToken), "text/csv; charset=utf-8", $"{name}.csv");
    }

    private static async Task WriteAsync(Stream body, StringBuilder rows, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        await writer.WriteAsync(rows, cancellationToken);
    }

    private static string? Text(IFormattable? number) => number?.ToString(null, CultureInfo.InvariantCulture);
}
