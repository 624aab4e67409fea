using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailStats.Contracts;
using MailStats.Ingest.Events;
using MailStats.ServiceDefaults;
using MailStats.Stores.Webhooks;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace MailStats.Ingest.Webhooks;

/// <summary>What became of a webhook's events.</summary>
/// <param name="Accepted">Events that are taken for good.</param>
/// <param name="Rejected">The first 100 wrong fields; the provider is not asked to send them again, for they would be as wrong.</param>
/// <param name="LeftOut">The first 100 fields that could not be read; their events were taken without them.</param>
/// <param name="MoreRejected">How many more wrong fields there are; absent when <c>rejected</c> names them all.</param>
/// <param name="ValidationResponse">What Azure Event Grid asked to have back when the subscription was made; absent otherwise.</param>
public sealed record WebhookAnswer(
    int Accepted,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<RejectedField>? Rejected = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<RejectedField>? LeftOut = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? MoreRejected = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ValidationResponse = null);

/// <summary>
/// <c>POST /v1/webhooks/{provider}/{source}</c>: the last part is unguessable, the signature is checked over the raw bytes.
/// 200 only when the events are durable; a provider sends again after anything else.
/// </summary>
internal static class PostWebhook
{
    private const string Address = "/v1/webhooks/{provider}/{source}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(Address, [HttpMethods.Head, HttpMethods.Options], GreetAsync).AllowAnonymous().ExcludeFromDescription();
        MapPost(routes);
    }

    /// <summary>
    /// Some look whether the address is there before they use it: Mandrill by HEAD, Event Grid for CloudEvents by OPTIONS (CloudEvents
    /// HTTP webhooks §4.1).
    /// </summary>
    private static async Task<IResult> GreetAsync(
        string provider, string source, HttpContext context, IWebhookSourceStore sources, CancellationToken cancellationToken)
    {
        if (source.Length > 100 || await sources.FindAsync(source, cancellationToken) is not { } known || known.Provider != provider)
        {
            return TypedResults.NotFound();
        }

        if (context.Request.Headers["WebHook-Request-Origin"] is [{ Length: > 0 } origin])
        {
            context.Response.Headers["WebHook-Allowed-Origin"] = origin;
            context.Response.Headers["WebHook-Allowed-Rate"] = "*";
        }

        return TypedResults.Ok();
    }

    private static void MapPost(IEndpointRouteBuilder routes) => routes.MapPost(Address, HandleAsync)
        .AllowAnonymous()
        .WithMetadata(new TakesAnyParameter(), new BoundsItsBody())
        .AddOpenApiOperationTransformer(ApiSets.DescribeAsync)
        .WithName("postWebhook")
        .WithTags("Ingest")
        .WithSummary("Take a provider's delivery events")
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status408RequestTimeout)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<Results<Ok<WebhookAnswer>, ProblemHttpResult>> HandleAsync(
        [Description("The provider.")] string provider,
        [Description("The unguessable last part of the source's address.")] string source,
        HttpContext context,
        WebhookProviders providers,
        IWebhookSourceStore sources,
        BodyReader bodies,
        Intake intake,
        IngestMetrics metrics,
        WebhookSeen seen,
        WebhookTrials trials,
        IOptions<IngestOptions> options,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var known = source.Length <= 100 ? await sources.FindAsync(source, cancellationToken) : null;

        if (known is null || known.Provider != provider || providers.Find(provider) is not { } speaker)
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, detail: "There is no such webhook source.");
        }

        var (body, problem) = await bodies.ReadAsync(context.Request, known.TenantId, speaker.MaxBytes, cancellationToken);

        if (body is null)
        {
            seen.Refused(known, "body", $"The body could not be read: {problem}.");

            return PostEvents.Refuse(context, problem, options.Value);
        }

        using (body)
        {
            var post = new WebhookPost(context.Request.Headers, body.Bytes, time.GetUtcNow())
            {
                PathAndQuery = context.Request.PathBase + context.Request.Path + context.Request.QueryString,
                Query = context.Request.Query,
            };
            var proof = trials.Take(context.Request.Headers, known) is { } trial
                ? await trial.VerifyAsync(post, cancellationToken)
                : await VerifyAsync(speaker, post, known, cancellationToken);

            if (proof is WebhookProof.Asked)
            {
                seen.Refused(known, "credentials", "There were no credentials, or not this source's.");
                context.Response.Headers.WWWAuthenticate = known.Secret.Contains(':', StringComparison.Ordinal) ? "Basic realm=\"mailstats\"" : "Bearer";

                return TypedResults.Problem(
                    statusCode: StatusCodes.Status401Unauthorized, detail: "Credentials are required: there are none, or they are not this source's.");
            }

            if (proof is WebhookProof.Refused)
            {
                seen.Refused(known, "signature", "The signature does not fit this source.");

                return TypedResults.Problem(statusCode: StatusCodes.Status403Forbidden, detail: "The signature or the credentials do not fit this source.");
            }

            if (proof is WebhookProof.Unknown)
            {
                seen.Refused(known, "unverifiable", "What proves the signature could not be fetched.");

                return PostEvents.Later(context, StatusCodes.Status503ServiceUnavailable, "The signature could not be checked.");
            }

            context.ProveWebhook(known.Id);

            if (proof is WebhookProof.Handshake)
            {
                return TypedResults.Ok(new WebhookAnswer(0, ValidationResponse: HandshakeAnswer(speaker, post)));
            }

            return await TakeAsync(context, body, post, speaker, known, intake, metrics, seen, options.Value, time, cancellationToken);
        }
    }

    /// <summary>By the present secret, and for a while after a change by the one before.</summary>
    private static async ValueTask<WebhookProof> VerifyAsync(
        IWebhookProvider speaker, WebhookPost post, WebhookSource source, CancellationToken cancellationToken)
    {
        var proof = await speaker.VerifyAsync(post, source, cancellationToken);

        return proof is WebhookProof.Asked or WebhookProof.Refused && source.EarlierSecret is { } earlier && source.EarlierUntil > post.Now
            ? await speaker.VerifyAsync(post, source with { Secret = earlier }, cancellationToken)
            : proof;
    }

    private static string? HandshakeAnswer(IWebhookProvider speaker, WebhookPost post)
    {
        using var document = JsonDocument.Parse(speaker.JsonOf(post));

        return speaker.HandshakeAnswer(document.RootElement);
    }

    private static async Task<Results<Ok<WebhookAnswer>, ProblemHttpResult>> TakeAsync(
        HttpContext context,
        RequestBody body,
        WebhookPost post,
        IWebhookProvider speaker,
        WebhookSource source,
        Intake intake,
        IngestMetrics metrics,
        WebhookSeen seen,
        IngestOptions options,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var maker = new EventMaker(time.GetUtcNow(), leavesOut: true);

        if (await speaker.ReadRawAsync(post, source, cancellationToken) is { } raw)
        {
            if (raw.Refusal is { } why)
            {
                seen.Refused(source, "body", why);

                return TypedResults.Problem(statusCode: speaker.HopelessStatus, detail: why);
            }

            if (Add(raw.Events, maker, source, options) is { } tooMuch)
            {
                return tooMuch;
            }
        }
        else
        {
            try
            {
                var json = speaker.JsonOf(post);

                if (JsonSize.IsTooLarge(json.Span))
                {
                    return TypedResults.Problem(
                        statusCode: StatusCodes.Status413PayloadTooLarge, detail: $"The body has more than {JsonSize.MaxTokens} JSON tokens; none was taken.");
                }

                using var document = JsonDocument.Parse(json);

                if (Add(speaker.Read(document.RootElement, source), maker, source, options) is { } tooMuch)
                {
                    return tooMuch;
                }
            }
            catch (JsonException)
            {
                seen.Refused(source, "json", "The body is no JSON.");

                return TypedResults.Problem(statusCode: speaker.HopelessStatus, detail: "The body is no JSON.");
            }
        }

        body.LetGo();
        metrics.Rejected(maker.Rejections.Count);
        var answer = new WebhookAnswer(
            maker.Events.Count,
            maker.Rejected.Count == 0 ? null : maker.Rejected,
            maker.LeftOut.Count == 0 ? null : maker.LeftOut.Told,
            maker.Rejections.Untold);

        var outcome = maker.Events.Count == 0 ? IntakeOutcome.Taken : await intake.TakeAsync(maker.Events, cancellationToken);

        switch (outcome)
        {
            case IntakeOutcome.Taken:
                seen.Taken(source, maker);

                return TypedResults.Ok(answer);
            case IntakeOutcome.Busy:
                seen.Refused(source, "busy", "More events came in than could be worked off; the provider was told to send again.");

                return PostEvents.Later(context, StatusCodes.Status429TooManyRequests, "More events come in than can be worked off.");
            default:
                seen.Refused(source, "unconfirmed", "The events could not be made durable; the provider was told to send again.");

                return PostEvents.Later(context, StatusCodes.Status503ServiceUnavailable, "The events could not be made durable.");
        }
    }

    /// <summary>Makes the events, or says why there are too many.</summary>
    private static ProblemHttpResult? Add(IEnumerable<SubmittedEvent> read, EventMaker maker, WebhookSource source, IngestOptions options)
    {
        foreach (var (index, submitted) in read.Index())
        {
            if (index == options.MaxEvents)
            {
                return PostEvents.TooMany(options);
            }

            maker.Add(new(index, null, submitted), source.TenantId, source.Sender);

            // One entry of a provider may be for many recipients.
            if (maker.Events.Count > options.MaxEvents)
            {
                return PostEvents.TooMany(options);
            }

            if (maker.TooLarge)
            {
                return PostEvents.TooLarge();
            }
        }

        return null;
    }
}
