using System.Security.Claims;
using System.Text.Json;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Query.Export;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores.Lists;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Activity;

internal static class ExportActivities
{
    private static readonly ListExport<Mail.Lists.Activity> _export = new(
        "activities",
        [
            ExportColumns.Time<Mail.Lists.Activity>("occurredAt", activity => activity.OccurredAt),
            ExportColumns.Text<Mail.Lists.Activity>("status", activity => JsonNamingPolicy.CamelCase.ConvertName(activity.Status.ToString())),
            ExportColumns.Text<Mail.Lists.Activity>("recipient", activity => activity.Recipient),
            ExportColumns.Text<Mail.Lists.Activity>("subject", activity => activity.Subject),
            ExportColumns.Text<Mail.Lists.Activity>("sender", activity => activity.Sender),
            ExportColumns.Text<Mail.Lists.Activity>("queueId", activity => activity.QueueId),
            ExportColumns.Text<Mail.Lists.Activity>("reason", activity => activity.Reason),
            ExportColumns.Text<Mail.Lists.Activity>("advice", activity => activity.Advice),
            ExportColumns.Text<Mail.Lists.Activity>("id", activity => activity.Id.ToString()),
        ]);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/activities.csv", CsvAsync)
            .LimitExports()
            .WithName("exportActivities")
            .WithTags("Deliveries")
            .WithSummary("Activities as CSV")
            .WithDescription(ExportTexts.Csv)
            .Produces<string>(StatusCodes.Status200OK, ListExport<Mail.Lists.Activity>.CsvType);
        routes.MapGet("/v1/activities.parquet", ParquetAsync)
            .LimitExports()
            .WithName("exportActivitiesAsParquet")
            .WithTags("Deliveries")
            .WithSummary("Activities as Parquet")
            .WithDescription(ExportTexts.Parquet)
            .Produces<Stream>(StatusCodes.Status200OK, ListExport<Mail.Lists.Activity>.ParquetType);
    }

    private static Task<Results<PushStreamHttpResult, ValidationProblem>> CsvAsync(
        ClaimsPrincipal caller,
        [AsParameters] StatisticsFilter filter,
        [AsParameters] ActivityFilter activities,
        Selections selections,
        IDeliveryLog log,
        CancellationToken cancellationToken) => ExportAsync(caller, filter, activities, selections, log, _export.Csv, cancellationToken);

    private static Task<Results<PushStreamHttpResult, ValidationProblem>> ParquetAsync(
        ClaimsPrincipal caller,
        [AsParameters] StatisticsFilter filter,
        [AsParameters] ActivityFilter activities,
        Selections selections,
        IDeliveryLog log,
        CancellationToken cancellationToken) => ExportAsync(caller, filter, activities, selections, log, _export.Parquet, cancellationToken);

    private static async Task<Results<PushStreamHttpResult, ValidationProblem>> ExportAsync(
        ClaimsPrincipal caller,
        StatisticsFilter filter,
        ActivityFilter activities,
        Selections selections,
        IDeliveryLog log,
        Func<Func<string?, Task<Page<Mail.Lists.Activity>>>, CancellationToken, PushStreamHttpResult> write,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();

        return await activities.ReadAsync(caller, filter, selections, ListExport<Mail.Lists.Activity>.RowsAPage, problems, cancellationToken) is { } query
            ? write(cursor => log.ActivitiesAsync(query with { Cursor = cursor }, cancellationToken), cancellationToken)
            : problems.Refusal();
    }
}
