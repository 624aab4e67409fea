using System.Globalization;
using System.Security.Claims;
using System.Text.Json.Serialization;
using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace MailStats.Ingest.Events;

/// <summary>What became of a request's events.</summary>
/// <param name="Accepted">Events that are taken for good, those repeated included.</param>
/// <param name="Repeated">How many of them stood in the request more than once; absent when none did.</param>
/// <param name="Rejected">Every wrong field of every item that was not, or not wholly, taken.</param>
public sealed record IntakeAnswer(
    int Accepted,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Repeated,
    IReadOnlyList<RejectedField> Rejected);

/// <summary><c>POST /v1/events</c>: one item, an array of items, or a line for each item; gzip, br or deflate.</summary>
internal static class PostEvents
{
    private const int RetryAfterSeconds = 2;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/events", HandleAsync)
        .RequireAuthorization(Scopes.Ingest)
        .WithName("postEvents")
        .WithTags("Ingest")
        .WithSummary("Report delivery events: one, an array, or one a line (NDJSON)")
        .WithDescription(
            "Up to 10,000 events or 16 MB a request; gzip, br and deflate are welcome. An item with `recipients` stands for one event a recipient, "
            + "one with `deferrals` for one event a deferral besides its own. "
            + "202 comes only when what was accepted is durable; what is wrong with single items stands in `rejected`, the rest is taken. "
            + "Send again what was not answered: the same events count once.")
        .Accepts<IReadOnlyList<SubmittedEvent>>("application/json", "application/x-ndjson", "application/ndjson", "application/jsonl", "text/plain")
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<Results<Accepted<IntakeAnswer>, ProblemHttpResult>> HandleAsync(
        HttpContext context,
        ClaimsPrincipal user,
        BodyReader bodies,
        Intake intake,
        ITenantStore tenants,
        IngestMetrics metrics,
        IOptions<IngestOptions> options,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var (body, problem) = await bodies.ReadAsync(context.Request, cancellationToken);

        if (body is null)
        {
            return Refuse(context, problem, options.Value);
        }

        var reader = new EventReader(options.Value.MaxEvents);

        using (body)
        {
            reader.Read(body.Bytes.Span, IsLines(context.Request.ContentType));
        }

        if (reader.Broken is { } broken)
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status400BadRequest,
                detail: broken,
                extensions: [new("errors", new Dictionary<string, string[]> { ["body"] = [broken] })]);
        }

        var maker = new EventMaker(time.GetUtcNow());

        var own = user.TenantId();
        var forAll = user.HasScope(Scopes.IngestAll);

        foreach (var item in reader.Items)
        {
            maker.Add(item, forAll ? await TenantOfAsync(item.Event, tenants, cancellationToken) ?? own : own);

            if (maker.Events.Count > options.Value.MaxEvents)
            {
                break;
            }
        }

        if (reader.TooMany || maker.Events.Count > options.Value.MaxEvents)
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status413PayloadTooLarge,
                detail: $"More than {options.Value.MaxEvents} events in one request; none was taken.");
        }

        List<RejectedField> rejected = [.. reader.Rejected, .. maker.Rejected];
        rejected.Sort((left, right) => left.Index.CompareTo(right.Index));
        metrics.Rejected(rejected.Count);

        if (maker.Events.Count == 0)
        {
            return NothingUsable(rejected);
        }

        var (events, repeated) = Distinct(maker.Events);

        return await intake.TakeAsync(events, cancellationToken) switch
        {
            IntakeOutcome.Taken => TypedResults.Accepted((string?)null, new IntakeAnswer(events.Count + repeated, repeated > 0 ? repeated : null, rejected)),
            IntakeOutcome.Busy => Later(
                context, StatusCodes.Status429TooManyRequests, "More events come in than can be worked off; none of this request was taken."),
            _ => Later(context, StatusCodes.Status503ServiceUnavailable, "The events could not be made durable. Send them again: repetitions count once."),
        };
    }

    private static async ValueTask<string?> TenantOfAsync(SubmittedEvent item, ITenantStore tenants, CancellationToken cancellationToken) =>
        EventMaker.SendingDomain(item) is { } domain ? await tenants.FindTenantOfDomainAsync(domain, cancellationToken) : null;

    private static (List<DeliveryEvent> Events, int Repeated) Distinct(List<DeliveryEvent> events)
    {
        var seen = new HashSet<Guid>(events.Count);
        var repeated = events.RemoveAll(delivery => !seen.Add(delivery.EventId));

        return (events, repeated);
    }

    private static bool IsLines(string? contentType) =>
        contentType is not null && contentType.Split(';')[0].Trim().ToLowerInvariant() is "application/x-ndjson" or "application/ndjson" or "application/jsonl";

    private static ProblemHttpResult NothingUsable(List<RejectedField> rejected) => TypedResults.Problem(
        statusCode: StatusCodes.Status400BadRequest,
        detail: rejected.Count == 0 ? "The request holds no event." : "None of the request's events could be taken.",
        extensions:
        [
            new("errors", rejected
                .GroupBy(field => string.Create(CultureInfo.InvariantCulture, $"[{field.Index}]{(field.Field.Length == 0 ? "" : ".")}{field.Field}"))
                .ToDictionary(field => field.Key, field => field.Select(entry => entry.Error).ToArray())),
            new("rejected", rejected),
        ]);

    internal static ProblemHttpResult Later(HttpContext context, int status, string detail)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);

        return TypedResults.Problem(statusCode: status, detail: detail);
    }

    internal static ProblemHttpResult Refuse(HttpContext context, BodyProblem problem, IngestOptions options) => problem switch
    {
        BodyProblem.TooLarge => TypedResults.Problem(
            statusCode: StatusCodes.Status413PayloadTooLarge,
            detail: $"The body is larger than {options.MaxBytes} bytes (decompressed)."),
        BodyProblem.UnknownEncoding => TypedResults.Problem(
            statusCode: StatusCodes.Status415UnsupportedMediaType,
            detail: "Content-Encoding must be gzip, br, deflate or identity."),
        BodyProblem.NotDecompressible => TypedResults.Problem(
            statusCode: StatusCodes.Status400BadRequest,
            detail: "The body is not what its Content-Encoding says, or it was cut off.",
            extensions: [new("errors", new Dictionary<string, string[]> { ["body"] = ["is not what its Content-Encoding says, or was cut off"] })]),
        _ => Later(context, StatusCodes.Status503ServiceUnavailable, "Too many large requests at once."),
    };
}
