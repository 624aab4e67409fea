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
/// <param name="Rejected">The wrong fields of items that were not, or not wholly, taken: the first 100 of them.</param>
/// <param name="MoreRejected">How many more wrong fields there are; absent when <c>rejected</c> names them all.</param>
/// <param name="Old">What was accepted and will not show, because it is older than is kept; absent where nothing is.</param>
public sealed record IntakeAnswer(
    int Accepted,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Repeated,
    IReadOnlyList<RejectedField> Rejected,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? MoreRejected,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] OldEvents? Old = null);

/// <param name="Deliveries">Accepted events older than single deliveries are kept: they are in no list.</param>
/// <param name="DeliveriesKeptDays">The setting <c>Storage:DeliveriesKeptDays</c>.</param>
/// <param name="Statistics">Of them, those older than statistics are kept: they show nowhere.</param>
/// <param name="RollupsKeptMonths">The setting <c>Storage:RollupsKeptMonths</c>.</param>
public sealed record OldEvents(int Deliveries, int DeliveriesKeptDays, int Statistics, int RollupsKeptMonths)
{
    /// <summary>Null where none of the events is older than is kept.</summary>
    internal static OldEvents? Among(IReadOnlyList<DeliveryEvent> events, StorageOptions kept, DateTimeOffset now)
    {
        var deliveriesFrom = now.AddDays(-kept.DeliveriesKeptDays);
        var statisticsFrom = now.AddMonths(-kept.RollupsKeptMonths);
        var (deliveries, statistics) = (0, 0);

        foreach (var reported in events)
        {
            deliveries += reported.OccurredAt < deliveriesFrom ? 1 : 0;
            statistics += (reported.AcceptedAt ?? reported.OccurredAt) < statisticsFrom ? 1 : 0;
        }

        return deliveries + statistics == 0 ? null : new(deliveries, kept.DeliveriesKeptDays, statistics, kept.RollupsKeptMonths);
    }
}

/// <summary><c>POST /v1/events</c>: one item, an array of items, or a line for each item; gzip, br or deflate.</summary>
internal static class PostEvents
{
    private const int RetryAfterSeconds = 2;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/events", HandleAsync)
        .RequireAuthorization(Scopes.Ingest)
        .WithMetadata(new BoundsItsBody())
        .WithName("postEvents")
        .WithTags("Ingest")
        .WithSummary("Report delivery events: one, an array, or one a line (NDJSON)")
        .WithDescription(
            "Up to 10,000 events or 16 MB a request; gzip, br and deflate are welcome. An item with `recipients` stands for one event a recipient, "
            + "one with `deferrals` for one event a deferral besides its own. "
            + "202 comes only when what was accepted is durable; what is wrong with single items stands in `rejected` (the first 100 wrong fields), "
            + "the rest is taken. "
            + "Send again what was not answered: the same events count once.")
        .Accepts<IReadOnlyList<SubmittedEvent>>("application/json", "application/x-ndjson", "application/ndjson", "application/jsonl", "text/plain")
        .Produces<IntakeProblem>(StatusCodes.Status400BadRequest, "application/problem+json")
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
        IOptions<StorageOptions> kept,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var own = user.TenantId();
        var (body, problem) = await bodies.ReadAsync(context.Request, own, options.Value.MaxBytes, cancellationToken);

        if (body is null)
        {
            return Refuse(context, problem, options.Value);
        }

        using (body)
        {
            var reader = new EventReader(options.Value.MaxEvents);
            reader.Read(body.Bytes.Span, IsLines(context.Request.ContentType));
            body.LetGo();

            if (reader.Broken is { } broken)
            {
                return TypedResults.Problem(
                    statusCode: StatusCodes.Status400BadRequest,
                    detail: broken,
                    extensions: [new("errors", new Dictionary<string, string[]> { ["body"] = [broken] })]);
            }

            if (reader.TooMany)
            {
                return TooMany(options.Value);
            }

            var maker = new EventMaker(time.GetUtcNow());
            var forAll = user.HasScope(Scopes.IngestAll);

            foreach (var item in reader.Items)
            {
                maker.Add(item, forAll ? await TenantOfAsync(item.Event, tenants, cancellationToken) ?? own : own);
            }

            if (maker.TooLarge)
            {
                return TooLarge();
            }

            var rejected = Rejections.Of(reader.Rejections, maker.Rejections);
            var old = OldEvents.Among(maker.Events, kept.Value, time.GetUtcNow());

            return await TakeAsync(context, maker.Events, rejected, old, intake, metrics, cancellationToken);
        }
    }

    private static async Task<Results<Accepted<IntakeAnswer>, ProblemHttpResult>> TakeAsync(
        HttpContext context,
        List<DeliveryEvent> made,
        Rejections rejected,
        OldEvents? old,
        Intake intake,
        IngestMetrics metrics,
        CancellationToken cancellationToken)
    {
        metrics.Rejected(rejected.Count);

        if (made.Count == 0)
        {
            return NothingUsable(rejected);
        }

        var (all, repeated) = (made.Count, Repetitions.Remove(made));

        return await intake.TakeAsync(made, cancellationToken) switch
        {
            IntakeOutcome.Taken => TypedResults.Accepted(
                (string?)null, new IntakeAnswer(all, repeated > 0 ? repeated : null, rejected.Told, rejected.Untold, old)),
            IntakeOutcome.Busy => Later(
                context, StatusCodes.Status429TooManyRequests, "More events come in than can be worked off; none of this request was taken."),
            _ => Later(context, StatusCodes.Status503ServiceUnavailable, "The events could not be made durable. Send them again: repetitions count once."),
        };
    }

    private static async ValueTask<string?> TenantOfAsync(SubmittedEvent item, ITenantStore tenants, CancellationToken cancellationToken) =>
        EventMaker.SendingDomain(item) is { } domain ? await tenants.FindTenantOfDomainAsync(domain, cancellationToken) : null;

    private static bool IsLines(string? contentType) =>
        contentType is not null && contentType.Split(';')[0].Trim().ToLowerInvariant() is "application/x-ndjson" or "application/ndjson" or "application/jsonl";

    private static ProblemHttpResult NothingUsable(Rejections rejected) => TypedResults.Problem(new IntakeProblem
    {
        Status = StatusCodes.Status400BadRequest,
        Title = null,
        Detail = rejected.Count == 0 ? "The request holds no event." : "None of the request's events could be taken.",
        Errors = rejected.Told
            .GroupBy(field => string.Create(CultureInfo.InvariantCulture, $"[{field.Index}]{(field.Field.Length == 0 ? "" : ".")}{field.Field}"))
            .ToDictionary(field => field.Key, field => field.Select(entry => entry.Error).ToArray()),
        Rejected = rejected.Told,
        MoreRejected = rejected.Untold,
    });

    internal static ProblemHttpResult TooMany(IngestOptions options) => TypedResults.Problem(
        statusCode: StatusCodes.Status413PayloadTooLarge,
        detail: $"More than {options.MaxEvents} events in one request, wrong ones counted; none was taken.");

    internal static ProblemHttpResult TooLarge() => TypedResults.Problem(
        statusCode: StatusCodes.Status413PayloadTooLarge,
        detail: $"The request's events take more than {EventMaker.MaxBytes} bytes, each with its own copy of what its item says; none was taken.");

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
        BodyProblem.TooSlow => TypedResults.Problem(
            statusCode: StatusCodes.Status408RequestTimeout,
            detail: $"The body came slower than {options.MinBytesPerSecond} bytes a second; none of it was taken."),
        BodyProblem.ShareUsedUp => Later(
            context,
            StatusCodes.Status429TooManyRequests,
            $"The tenant's other requests hold nearly all of the {options.MaxBufferedBytesPerTenant} bytes it may."),
        BodyProblem.TurnTaken => Later(
            context, StatusCodes.Status429TooManyRequests, "The tenant's other large requests take long; they are read one after the other."),
        _ => Later(context, StatusCodes.Status503ServiceUnavailable, "Too many large requests at once."),
    };
}
