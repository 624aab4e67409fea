using System.Security.Claims;
using System.Text.Json;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Query.Export;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores.Lists;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Bounces;

internal static class ExportErrorEvents
{
    private static readonly ListExport<ErrorEvent> _export = new(
        "error-events",
        [
            ExportColumns.Time<ErrorEvent>("occurredAt", error => error.OccurredAt),
            ExportColumns.Text<ErrorEvent>("status", error => JsonNamingPolicy.CamelCase.ConvertName(error.Status.ToString())),
            ExportColumns.Text<ErrorEvent>("queueId", error => error.QueueId),
            ExportColumns.Text<ErrorEvent>("from", error => error.From),
            ExportColumns.Text<ErrorEvent>("fromDomain", error => error.FromDomain),
            ExportColumns.Text<ErrorEvent>("to", error => error.To),
            ExportColumns.Whole<ErrorEvent>("smtpCode", error => error.ReplyCode),
            ExportColumns.Text<ErrorEvent>("enhancedCode", error => error.EnhancedCode),
            ExportColumns.Text<ErrorEvent>("reason", error => error.Reason),
            ExportColumns.Flag<ErrorEvent>("hard", error => error.Hard),
            ExportColumns.Text<ErrorEvent>("advice", error => error.Advice),
            ExportColumns.Text<ErrorEvent>("detail", error => error.Detail),
            ExportColumns.Flag<ErrorEvent>("unknownCode", error => error.UnknownCode),
            ExportColumns.Whole<ErrorEvent>("bytes", error => error.Bytes),
            ExportColumns.Whole<ErrorEvent>("retryCount", error => error.Attempts),
            ExportColumns.Time<ErrorEvent>("lastTry", error => error.LastTry),
            ExportColumns.Number<ErrorEvent>("spamScore", error => error.SpamScore),
            ExportColumns.Text<ErrorEvent>("documentation", error => error.Documentation),
            ExportColumns.Text<ErrorEvent>("id", error => error.Id.ToString()),
        ]);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/error-events.csv", CsvAsync)
            .LimitExports()
            .WithName("exportErrorEvents")
            .WithTags("Deliveries")
            .WithSummary("Outbound error events as CSV")
            .WithDescription(ExportTexts.Csv)
            .Produces<string>(StatusCodes.Status200OK, ListExport<ErrorEvent>.CsvType);
        routes.MapGet("/v1/error-events.parquet", ParquetAsync)
            .LimitExports()
            .WithName("exportErrorEventsAsParquet")
            .WithTags("Deliveries")
            .WithSummary("Outbound error events as Parquet")
            .WithDescription(ExportTexts.Parquet)
            .Produces<Stream>(StatusCodes.Status200OK, ListExport<ErrorEvent>.ParquetType);
    }

    private static Task<Results<PushStreamHttpResult, ValidationProblem>> CsvAsync(
        ClaimsPrincipal caller,
        [AsParameters] StatisticsFilter filter,
        [AsParameters] ErrorEventFilter errors,
        Selections selections,
        IDeliveryLog log,
        CancellationToken cancellationToken) => ExportAsync(caller, filter, errors, selections, log, _export.Csv, cancellationToken);

    private static Task<Results<PushStreamHttpResult, ValidationProblem>> ParquetAsync(
        ClaimsPrincipal caller,
        [AsParameters] StatisticsFilter filter,
        [AsParameters] ErrorEventFilter errors,
        Selections selections,
        IDeliveryLog log,
        CancellationToken cancellationToken) => ExportAsync(caller, filter, errors, selections, log, _export.Parquet, cancellationToken);

    private static async Task<Results<PushStreamHttpResult, ValidationProblem>> ExportAsync(
        ClaimsPrincipal caller,
        StatisticsFilter filter,
        ErrorEventFilter errors,
        Selections selections,
        IDeliveryLog log,
        Func<Func<string?, Task<Page<ErrorEvent>>>, CancellationToken, PushStreamHttpResult> write,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();

        return await errors.ReadAsync(caller, filter, selections, ListExport<ErrorEvent>.RowsAPage, problems, cancellationToken) is { } query
            ? write(cursor => log.ErrorEventsAsync(query with { Cursor = cursor }, cancellationToken), cancellationToken)
            : problems.Refusal();
    }
}
