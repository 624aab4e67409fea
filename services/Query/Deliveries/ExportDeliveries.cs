using System.Security.Claims;
using System.Text.Json;
using MailStats.Mail.Lists;
using MailStats.Query.Export;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores.Lists;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Deliveries;

internal static class ExportDeliveries
{
    private static readonly ListExport<DeliverySummary> _export = new(
        "deliveries",
        [
            ExportColumns.Text<DeliverySummary>("id", delivery => delivery.Id.ToString()),
            ExportColumns.Time<DeliverySummary>("occurredAt", delivery => delivery.OccurredAt),
            ExportColumns.Time<DeliverySummary>("acceptedAt", delivery => delivery.AcceptedAt),
            ExportColumns.Text<DeliverySummary>("status", delivery => JsonNamingPolicy.CamelCase.ConvertName(delivery.Status.ToString())),
            ExportColumns.Text<DeliverySummary>("recipient", delivery => delivery.Recipient),
            ExportColumns.Text<DeliverySummary>("sender", delivery => delivery.Sender),
            ExportColumns.Text<DeliverySummary>("subject", delivery => delivery.Subject),
            ExportColumns.Text<DeliverySummary>("queueId", delivery => delivery.QueueId),
            ExportColumns.Text<DeliverySummary>("messageId", delivery => delivery.MessageId),
            ExportColumns.Text<DeliverySummary>("provider", delivery => delivery.Provider),
            ExportColumns.Text<DeliverySummary>("reason", delivery => delivery.Reason),
            ExportColumns.Whole<DeliverySummary>("attempts", delivery => delivery.Attempts),
        ]);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/deliveries.csv", CsvAsync)
            .LimitExports()
            .WithName("exportDeliveries")
            .WithTags("Deliveries")
            .WithSummary("Deliveries as CSV")
            .WithDescription(ExportTexts.Csv)
            .Produces<string>(StatusCodes.Status200OK, ListExport<DeliverySummary>.CsvType);
        routes.MapGet("/v1/deliveries.parquet", ParquetAsync)
            .LimitExports()
            .WithName("exportDeliveriesAsParquet")
            .WithTags("Deliveries")
            .WithSummary("Deliveries as Parquet")
            .WithDescription(ExportTexts.Parquet)
            .Produces<Stream>(StatusCodes.Status200OK, ListExport<DeliverySummary>.ParquetType);
    }

    private static Task<Results<PushStreamHttpResult, ValidationProblem>> CsvAsync(
        ClaimsPrincipal caller,
        [AsParameters] StatisticsFilter filter,
        [AsParameters] DeliveryFilter deliveries,
        Selections selections,
        IDeliveryLog log,
        CancellationToken cancellationToken) => ExportAsync(caller, filter, deliveries, selections, log, _export.Csv, cancellationToken);

    private static Task<Results<PushStreamHttpResult, ValidationProblem>> ParquetAsync(
        ClaimsPrincipal caller,
        [AsParameters] StatisticsFilter filter,
        [AsParameters] DeliveryFilter deliveries,
        Selections selections,
        IDeliveryLog log,
        CancellationToken cancellationToken) => ExportAsync(caller, filter, deliveries, selections, log, _export.Parquet, cancellationToken);

    private static async Task<Results<PushStreamHttpResult, ValidationProblem>> ExportAsync(
        ClaimsPrincipal caller,
        StatisticsFilter filter,
        DeliveryFilter deliveries,
        Selections selections,
        IDeliveryLog log,
        Func<Func<string?, Task<Page<DeliverySummary>>>, CancellationToken, PushStreamHttpResult> write,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();

        return await deliveries.ReadAsync(caller, filter, selections, ListExport<DeliverySummary>.RowsAPage, problems, cancellationToken) is { } query
            ? write(cursor => log.DeliveriesAsync(query with { Cursor = cursor }, cancellationToken), cancellationToken)
            : problems.Refusal();
    }
}
