using System.Text.Json.Nodes;
using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Quotas;
using MailStats.Mail.Replies;
using MailStats.Mail.Search;
using MailStats.Mail.Suppression;
using MailStats.Query.Activity;
using MailStats.Query.Admin;
using MailStats.Query.Attempts;
using MailStats.Query.Bounces;
using MailStats.Query.Incidents;
using MailStats.Query.Lists;
using MailStats.Query.Overview;
using MailStats.Query.Periods;
using MailStats.Query.Suppression;
using MailStats.ServiceDefaults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MailStats.Query;

/// <summary>
/// What the OpenAPI document says of the parameters. Handlers take them as texts, so that every mistake in a request can be
/// told at once; here stands what they are.
/// </summary>
internal static class ApiParameters
{
    private static readonly Dictionary<string, Func<Parameter>> _known = new(StringComparer.Ordinal)
    {
        ["period"] = () => Words(
            "PeriodName",
            Period.Names,
            "The period, in days of the time zone. `last-7-days`, the default, includes today; "
            + "`last-24-hours` ends with the quarter hour in progress. Not together with `from` and `to`.",
            Period.Default),
        ["from"] = () => Text("First day (`2026-03-01`), or an instant on a quarter hour (`2026-03-01T06:45:00+01:00`).", "2026-03-01"),
        ["to"] = () => Text("Last day, included; or an instant, not included. Until now where absent. Of the same form as `from`.", "2026-03-31"),
        ["timeZone"] = () => Text("IANA time zone that days and hours are cut in. The tenant's zone where absent.", "Europe/Berlin"),
        ["domain"] = () => Text("A sending domain, in ASCII form or as it is written.", "shop.example"),
        ["mailbox"] = () => Text("A mailbox: the sender's address.", "news@shop.example"),
        ["interval"] = () => Words(
            TimelineIntervalAttribute.SetName,
            [.. Interval.All.Select(interval => interval.Name)],
            "Hours where absent and the period is at most two days, else days."),
        ["offset"] = () => new Parameter(
            "Items to leave out.",
            new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "0", Maximum = $"{int.MaxValue}", Default = 0 },
            null),
        ["window"] = () => Words(nameof(QuotaWindow), ["month", "day"], "The billing month, or the day.", "month"),
        ["tenant"] = () => Text("Id of the tenant.", "shop"),
        ["key"] = () => Text("Id of the key, as it stands in the list.", "0197f3c2a1b04d5e8f60718293a4b5c6"),
        ["subject"] = () => Text("The `sub` of the user's tokens.", "ann"),
        ["Last-Event-ID"] = () => Text("The id of the last message that was heard, after a break."),
        ["view"] = () => Words(TimelineViewAttribute.SetName, GetTimeline.Views, "`cumulative` counts on from interval to interval.", GetTimeline.Views[0]),
        ["search"] = () => Text(
            "Words that must all be there, each as the beginning of a word of recipient, sender, subject, queue id, message id, reply, host or "
            + $"tag, compared without case and accents. {SearchFields.KnownPrefixes} before a word look in that alone. A complete address is "
            + "compared as a whole with recipient and sender, `@example.org` with their domains; words in quotation marks are whole and stand next to "
            + $"each other. At most {SearchQuery.MaxBytes} bytes and {SearchQuery.MaxWords} words.",
            "to:ann@example.net invoice"),
        ["tag"] = () => Text("A tag as the sender gave it.", "spring-sale"),
        ["ip"] = () => Text("An IP address of ours, from which the mail left in any try.", "192.0.2.17"),
        ["cursor"] = () => Text("The `next` of the page before, with the same filters."),
        ["address"] = () => Text("An address, or part of one.", "ann@example.net"),
        ["cause"] = () => Words(
            nameof(SuppressionCause),
            [.. Enum.GetValues<SuppressionCause>().Where(cause => cause != SuppressionCause.Unknown).Select(SuppressionNotice.NameOf)],
            "Only entries of this cause."),
        ["side"] = () => Words(
            nameof(ComparisonSide), GetSuppressionComparison.Sides, "Whose addresses are listed.", GetSuppressionComparison.Sides[0]),
        ["source"] = () => Text("A webhook source, or a provider for all of its sources. Of no effect on our side.", "sendgrid"),
        ["because"] = () => Words(
            nameof(MissingBecause), GetSuppressionComparison.Reasons, "Only what is missing for this reason. Of no effect on our side."),
        ["reason"] = () => Words(ReasonAttribute.SetName, Reasons.All, "A reason as it stands in bounce reasons."),
        ["smtpCode"] = () => Text($"SMTP reply code from 200 to 599; `{ListTexts.None}` where no server replied.", "550"),
        ["enhancedCode"] = () => Text($"Enhanced status code; `{ListTexts.None}` for replies without one.", "5.2.2"),
        ["periodOf"] = () => Words(
            "PeriodOf",
            ErrorEventFilter.Spans,
            "What the period is about: when the last attempt was made, or when the mail was accepted, as statistics count it.",
            ErrorEventFilter.Spans[0]),
        ["state"] = () => Words("IncidentSelection", ["open", "closed", "all"], "What goes on, what is over, or both.", "all"),
        ["kind"] = () => Words(nameof(IncidentKind), GetIncidents.Kinds, "A kind of incidents."),
        ["provider"] = () => Text("A receiving provider by its name, or the recipients' domain where none is known.", "Gmail"),
        ["unknownCode"] = () => new Parameter(
            "Only replies that could not be classified, or only those that could.", new OpenApiSchema { Type = JsonSchemaType.Boolean }, null),
    };

    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        // The framework does not describe what a type binds by itself.
        if (context.Description.RelativePath?.Contains($"{{{AddressedTenant.RouteParameter}}}", StringComparison.Ordinal) == true)
        {
            (operation.Parameters ??= []).Insert(
                0, new OpenApiParameter { Name = AddressedTenant.RouteParameter, In = ParameterLocation.Path, Required = true });
        }

        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            var known = parameter.Name switch
            {
                "by" => By(operation.OperationId),
                "interval" when operation.OperationId == "getAttempts" => Words(
                    AttemptIntervalAttribute.SetName,
                    [.. GetAttempts.Intervals.Select(interval => interval.Name)],
                    "Hours where absent and the period is at most two days, else days."),
                "limit" => Limit(operation.OperationId, parameter.Schema),
                "status" => operation.OperationId?.Contains("ErrorEvents", StringComparison.Ordinal) == true
                    ? Statuses("ErrorEventStatus", ErrorEventFilter.Statuses.Keys)
                    : Statuses(nameof(DeliveryStatus), GetActivities.Statuses.Keys),
                { } name => _known.GetValueOrDefault(name)?.Invoke(),
                null => null,
            };

            if (known is not null)
            {
                parameter.Description = known.Description;
                parameter.Schema = known.Schema;
                parameter.Example = known.Example;
            }

            // The mailboxes of one domain: the filter that all statistics share leaves it out.
            parameter.Required |= parameter.Name == "domain" && operation.OperationId == "exportMailboxes";
        }

        if (operation.Responses?.ContainsKey("304") == true)
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = "If-None-Match",
                In = ParameterLocation.Header,
                Description = "The `ETag` of the answer at hand: 304 when it is still right.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }

        return Task.CompletedTask;
    }

    private static Parameter Limit(string? operation, IOpenApiSchema? schema)
    {
        if (schema is OpenApiSchema { Type: JsonSchemaType.Integer } whole)
        {
            return new Parameter("Items at most.", whole, null);
        }

        var limit = operation switch
        {
            "getActivities" => ListLimits.Activities,
            "getErrorEvents" => ListLimits.ErrorEvents,
            "getDeliveries" => ListLimits.Deliveries,
            "getIncidents" => ListLimits.Incidents,
            "getAudit" => ListLimits.Audit,
            "getBrakes" => ListLimits.Brakes,
            "getSuppressions" or "compareSuppressions" => ListLimits.Suppressions,
            "listMailboxes" => ListLimits.Mailboxes,
            "getBounceReasons" => ListLimits.Reasons,
            "getAttempts" => ListLimits.AttemptProviders,
            _ => ListLimits.Statistics,
        };

        return new Parameter(
            operation == "getAttempts" ? "Domains and providers that are told by name; the rest is told as `other`." : "Items at most.",
            new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = $"{limit.Highest}", Default = limit.Default },
            null);
    }

    private static Parameter By(string? operation) => operation switch
    {
        "getAttempts" => new Parameter(
            "What to tell apart; apart by commas, or the parameter repeated. Nothing where absent.",
            new OpenApiSchema { Type = JsonSchemaType.Array, Items = ClosedSets.SchemaOf("AttemptGrouping", AttemptGroups.Words) },
            null),
        "getLatency" => Words("LatencyGrouping", GetLatency.Words, "What to tell apart.", GetLatency.Words[0]),
        _ => Words("WaitingGrouping", GetWaiting.Words, "What to tell apart.", GetWaiting.Words[0]),
    };

    private static Parameter Statuses(string set, IEnumerable<string> words) => new(
        "Only these; apart by commas, or the parameter repeated.",
        new OpenApiSchema { Type = JsonSchemaType.Array, Items = ClosedSets.SchemaOf(set, words) },
        null);

    private static Parameter Words(string set, IReadOnlyList<string> words, string description, string? @default = null)
    {
        var schema = ClosedSets.SchemaOf(set, words);
        schema.Default = @default is null ? null : JsonValue.Create(@default);

        return new Parameter(description, schema, null);
    }

    private static Parameter Text(string description, string? example = null) =>
        new(description, new OpenApiSchema { Type = JsonSchemaType.String }, example is null ? null : JsonValue.Create(example));

    private sealed record Parameter(string Description, OpenApiSchema Schema, JsonNode? Example);
}
