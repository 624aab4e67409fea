using System.Security.Claims;
using MailStats.Mail.Suppression;
using MailStats.Query.Export;
using MailStats.Query.Lists;
using MailStats.ServiceDefaults;
using MailStats.Stores.Suppression;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Suppression;

internal static class GetSuppressions
{
    private static readonly ListExport<SuppressionEntry> _export = new(
        "suppressions",
        [
            ExportColumns.Text<SuppressionEntry>("address", entry => entry.Address),
            ExportColumns.Text<SuppressionEntry>("domain", entry => entry.Domain),
            ExportColumns.Text<SuppressionEntry>("cause", entry => SuppressionNotice.NameOf(entry.Cause)),
            ExportColumns.Text<SuppressionEntry>("reason", entry => entry.Reason),
            ExportColumns.Text<SuppressionEntry>("reply", entry => entry.Reply),
            ExportColumns.Text<SuppressionEntry>("delivery", entry => entry.Delivery),
            ExportColumns.Time<SuppressionEntry>("createdAt", entry => entry.CreatedAt),
            ExportColumns.TimeIfAny<SuppressionEntry>("expiresAt", entry => entry.ExpiresAt),
        ]);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/suppressions", ListAsync)
            .WithName("getSuppressions")
            .WithSummary("The suppression list")
            .WithDescription("Addresses that are not to be sent to, latest first. What has expired is not in it.");
        routes.MapGet("/v1/suppressions.csv", ExportAsync)
            .LimitExports()
            .WithName("exportSuppressions")
            .WithSummary("The suppression list as CSV")
            .WithDescription("All entries that match, as RFC 4180 in UTF-8 with a header line; `POST /v1/suppressions/import` takes it as it is.")
            .Produces<string>(StatusCodes.Status200OK, ListExport<SuppressionEntry>.CsvType);
    }

    private static async Task<Results<Ok<SuppressionPage>, ValidationProblem>> ListAsync(
        ClaimsPrincipal caller,
        [FromQuery(Name = "address")] string? address,
        [FromQuery(Name = "cause")] string? cause,
        [FromQuery(Name = "cursor")] string? cursor,
        [FromQuery(Name = "limit")] string? limit,
        ISuppressionStore suppressions,
        SealedCursors cursors,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var query = Read(caller, address, cause, ListLimits.Suppressions.Read(limit, problems), problems);

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
        [FromQuery(Name = "address")] string? address,
        [FromQuery(Name = "cause")] string? cause,
        ISuppressionStore suppressions,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var query = Read(caller, address, cause, ListExport<SuppressionEntry>.RowsAPage, problems);

        return problems.Any
            ? problems.Refusal()
            : _export.Csv(cursor => suppressions.ListAsync(query with { Cursor = cursor }, cancellationToken), cancellationToken);
    }

    private static SuppressionQuery Read(ClaimsPrincipal caller, string? address, string? cause, int limit, FieldProblems problems) =>
        new(caller.TenantId(), SuppressionTexts.ReadPart(address, problems), SuppressionTexts.ReadCause(cause, problems), null, limit);
}
