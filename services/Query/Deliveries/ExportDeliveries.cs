using System.Text.Json;
using MailStats.Mail.Lists;
using MailStats.Query.Export;

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

    public static void Map(IEndpointRouteBuilder routes) => ListDownloads.Map<DeliverySummary, DeliveryFilter, DeliveryQuery>(
        routes, _export, "/v1/deliveries", "exportDeliveries", "Deliveries",
        (log, query, cursor, cancellationToken) => log.DeliveriesAsync(query with { Cursor = cursor }, cancellationToken));
}
