using System.Text.Json;
using MailStats.Mail.Lists;
using MailStats.Query.Export;

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

    public static void Map(IEndpointRouteBuilder routes) => ListDownloads.Map<Mail.Lists.Activity, ActivityFilter, ActivityQuery>(
        routes, _export, "/v1/activities", "exportActivities", "Activities",
        (log, query, cursor, cancellationToken) => log.ActivitiesAsync(query with { Cursor = cursor }, cancellationToken));
}
