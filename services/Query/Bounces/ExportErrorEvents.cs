using System.Text.Json;
using MailStats.Mail.Lists;
using MailStats.Query.Export;

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

    public static void Map(IEndpointRouteBuilder routes) => ListDownloads.Map<ErrorEvent, ErrorEventFilter, ErrorEventQuery>(
        routes, _export, "/v1/error-events", "exportErrorEvents", "Outbound error events",
        (log, query, cursor, cancellationToken) => log.ErrorEventsAsync(query with { Cursor = cursor }, cancellationToken));
}
