using System.Globalization;
using System.Security.Claims;
using System.Text;
using MailStats.Mail.Suppression;
using MailStats.Query.Bounces;
using MailStats.Query.Lists;
using MailStats.ServiceDefaults;
using MailStats.Stores.Suppression;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Suppression;

internal static class GetSuppressions
{
    private const int RowsAPage = 1_000;

    private static readonly string[] Columns = ["address", "domain", "cause", "reason", "reply", "delivery", "createdAt", "expiresAt"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/suppressions", ListAsync)
            .WithName("getSuppressions")
            .WithSummary("The suppression list")
            .WithDescription("Addresses that are not to be sent to, latest first. What has expired is not in it.");
        routes.MapGet("/v1/suppressions.csv", ExportAsync)
            .WithName("exportSuppressions")
            .WithSummary("The suppression list as CSV")
            .WithDescription("All entries that match, as RFC 4180 in UTF-8 with a header line; `POST /v1/suppressions/import` takes it as it is.")
            .Produces<string>(StatusCodes.Status200OK, "text/csv");
    }

    private static async Task<Results<Ok<SuppressionPage>, ValidationProblem>> ListAsync(
        ClaimsPrincipal caller,
        [FromQuery(Name = "search")] string? search,
        [FromQuery(Name = "cause")] string? cause,
        [FromQuery(Name = "cursor")] string? cursor,
        [FromQuery(Name = "limit")] string? limit,
        ISuppressionStore suppressions,
        SealedCursors cursors,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var query = Read(caller, search, cause, ListLimits.Suppressions.Read(limit, problems), problems);

        if (problems.Any)
        {
            return problems.Refusal();
        }

        var list = $"suppressions\n{query.TenantId}\n{query.Cause}\n{query.Search}";
        var page = await cursors.PageAsync(
            list, cursor, opened => suppressions.ListAsync(query with { Cursor = opened }, cancellationToken), cancellationToken);

        return TypedResults.Ok(new SuppressionPage { Items = [.. page.Items.Select(SuppressionItem.Of)], Next = page.Next });
    }

    private static Results<PushStreamHttpResult, ValidationProblem> ExportAsync(
        ClaimsPrincipal caller,
        [FromQuery(Name = "search")] string? search,
        [FromQuery(Name = "cause")] string? cause,
        ISuppressionStore suppressions,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var query = Read(caller, search, cause, RowsAPage, problems);

        return problems.Any
            ? problems.Refusal()
            : TypedResults.Stream(body => WriteAsync(body, suppressions, query, cancellationToken), "text/csv; charset=utf-8", "suppressions.csv");
    }

    // One page is in memory at a time, and the next is read when the client has taken this one.
    private static async Task WriteAsync(Stream body, ISuppressionStore suppressions, SuppressionQuery query, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        var rows = new StringBuilder();
        var csv = new CsvWriter(rows);
        csv.Row(Columns);

        do
        {
            var page = await suppressions.ListAsync(query, cancellationToken);

            foreach (var entry in page.Items)
            {
                csv.Row(
                    entry.Address, entry.Domain, SuppressionNotice.NameOf(entry.Cause), entry.Reason, entry.Reply, entry.Delivery,
                    Time(entry.CreatedAt), entry.ExpiresAt is { } end ? Time(end) : null);
            }

            await writer.WriteAsync(rows, cancellationToken);
            await writer.FlushAsync(cancellationToken);
            rows.Clear();
            query = query with { Cursor = page.Next };
        }
        while (query.Cursor is not null);
    }

    private static SuppressionQuery Read(ClaimsPrincipal caller, string? search, string? cause, int limit, FieldProblems problems) =>
        new(caller.TenantId(), ListTexts.ReadSearch(search?.Trim(), problems), SuppressionTexts.ReadCause(cause, problems), null, limit);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
