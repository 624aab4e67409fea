using System.Globalization;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using MailStats.Mail.Lists;
using MailStats.Mail.Replies;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Lists;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Bounces;

internal static class GetErrorEventsCsv
{
    private const int RowsAPage = 1_000;

    private static readonly string[] Columns =
    [
        "occurredAt", "status", "queueId", "from", "fromDomain", "to", "smtpCode", "enhancedCode", "reason", "hard", "advice", "detail",
        "unknownCode", "bytes", "retryCount", "lastTry", "spamScore", "documentation",
    ];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/error-events.csv", HandleAsync)
        .WithName("exportErrorEvents")
        .WithTags("Deliveries")
        .WithSummary("Outbound error events as CSV")
        .WithDescription(
            "All rows that match, in the order of the list, as RFC 4180 in UTF-8 with a header line. A text that a spreadsheet would "
            + "take for a formula has an apostrophe before it.")
        .Produces<string>(StatusCodes.Status200OK, "text/csv");

    private static async Task<Results<PushStreamHttpResult, ValidationProblem>> HandleAsync(
        ClaimsPrincipal caller,
        [AsParameters] StatisticsFilter filter,
        [AsParameters] ErrorEventFilter errors,
        Selections selections,
        IDeliveryLog log,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();

        if (await errors.ReadAsync(caller, filter, selections, RowsAPage, problems, cancellationToken) is not { } query)
        {
            return problems.Refusal();
        }

        return TypedResults.Stream(body => WriteAsync(body, log, query, cancellationToken), "text/csv; charset=utf-8", "error-events.csv");
    }

    // One page is in memory at a time, and the next is read when the client has taken this one.
    private static async Task WriteAsync(Stream body, IDeliveryLog log, ErrorEventQuery query, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        var rows = new StringBuilder();
        var csv = new CsvWriter(rows);
        csv.Row(Columns);

        do
        {
            var page = await log.ErrorEventsAsync(query, cancellationToken);

            foreach (var error in page.Items)
            {
                csv.Row(
                    Time(error.OccurredAt), JsonNamingPolicy.CamelCase.ConvertName(error.Status.ToString()), error.QueueId, error.From,
                    error.FromDomain, error.To, Number(error.ReplyCode), error.EnhancedCode, error.Reason, Flag(error.Hard), error.Advice,
                    error.Detail, Flag(error.UnknownCode), Number(error.Bytes), Number(error.Attempts), Time(error.LastTry),
                    error.SpamScore?.ToString("R", CultureInfo.InvariantCulture), error.Documentation);
            }

            await writer.WriteAsync(rows, cancellationToken);
            await writer.FlushAsync(cancellationToken);
            rows.Clear();
            query = query with { Cursor = page.Next };
        }
        while (query.Cursor is not null);
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string Flag(bool flag) => flag ? "true" : "false";
}
