using System.ComponentModel;
using System.Security.Claims;
using MailStats.Mail.Addresses;
using MailStats.Mail.Quotas;
using MailStats.Policy.Decisions;
using MailStats.ServiceDefaults;
using MailStats.Stores.Quotas;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Policy.Http;

/// <summary>Takes recipients from the quota before an MTA accepts a message: for KumoMTA and whoever speaks HTTP.</summary>
internal static class PostReservation
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/quota/reservations", HandleAsync)
            .WithName("reserveQuota").WithTags("Quota").WithSummary("Take recipients from the quota, all or none")
            .WithDescription("Asked again with the same idempotencyKey, the answer is the same and nothing more is taken. 429 holds the SMTP reply to give.")
            .Produces<ReservationRefused>(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status409Conflict);
        routes.MapDelete("/v1/quota/reservations", ReleaseAsync)
            .WithName("releaseQuota").WithTags("Quota").WithSummary("Give a reservation back: the message was not accepted after all");
    }

    private static async Task<Results<Ok<ReservationGranted>, JsonHttpResult<ReservationRefused>, ProblemHttpResult, ValidationProblem>> HandleAsync(
        ReservationBody body, ClaimsPrincipal user, SenderRegister senders, IQuotaStore quotas, BrakePolicy brake, PolicyFigures figures,
        CancellationToken cancellationToken)
    {
        var problems = body.FindProblems();

        if (problems.Count > 0)
        {
            return TypedResults.ValidationProblem(problems);
        }

        var scope = await senders.FindAsync(user, body.Sender ?? body.Account, body.Domain, cancellationToken);
        var outcome = await quotas.ReserveAsync(
            new ReservationRequest
            {
                TenantId = scope.TenantId,
                Key = body.IdempotencyKey!,
                Recipients = body.Recipients!.Value,
                Domain = scope.Domain,
                Mailbox = scope.Mailbox,
                QueueId = body.QueueId,
                Host = body.Host,
            },
            cancellationToken);
        figures.Decided(scope.TenantId, outcome.Result, body.Recipients.Value);

        if (outcome.Result == ReservationResult.Granted)
        {
            brake.LetThrough(scope, body.Recipients.Value);
        }

        return outcome.Result switch
        {
            ReservationResult.Refused => TypedResults.Json(
                ReservationRefused.Of(outcome.Standing!, body.Recipients.Value), statusCode: StatusCodes.Status429TooManyRequests),
            ReservationResult.Conflicting => TypedResults.Problem(
                "The idempotencyKey was used for another number of recipients.", statusCode: StatusCodes.Status409Conflict),
            _ => TypedResults.Ok(ReservationGranted.Of(outcome, body.IdempotencyKey!)),
        };
    }

    private static async Task<Results<NoContent, NotFound>> ReleaseAsync(
        [Description("The key the reservation was made with.")] string idempotencyKey,
        ClaimsPrincipal user,
        SenderRegister senders,
        IQuotaStore quotas,
        CancellationToken cancellationToken,
        [Description("The sender it was made for.")] string? sender = null)
    {
        var scope = await senders.FindAsync(user, sender, null, cancellationToken);

        return await quotas.ReleaseAsync(scope.TenantId, idempotencyKey, cancellationToken) ? TypedResults.NoContent() : TypedResults.NotFound();
    }
}

/// <summary>A message that an MTA is about to accept.</summary>
public sealed record ReservationBody
{
    /// <summary>Recipients of the message, 1 to 1,000,000. Required.</summary>
    public int? Recipients { get; init; }

    /// <summary>Names the message: its queue or spool id. 1 to 255 characters. Required.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Envelope sender.</summary>
    public string? Sender { get; init; }

    /// <summary>Login of the sender, where the envelope sender is not known.</summary>
    public string? Account { get; init; }

    /// <summary>Sending domain, where neither is known.</summary>
    public string? Domain { get; init; }

    /// <summary>The queue id that the MTA's log will report, by which the reservation becomes used.</summary>
    public string? QueueId { get; init; }

    /// <summary>The host name that the MTA's log will report.</summary>
    public string? Host { get; init; }

    internal Dictionary<string, string[]> FindProblems()
    {
        var problems = new Dictionary<string, string[]>();

        if (Recipients is not (>= 1 and <= 1_000_000))
        {
            problems["recipients"] = ["must be 1 to 1000000"];
        }

        if (IdempotencyKey is not { Length: >= 1 and <= 255 })
        {
            problems["idempotencyKey"] = ["must have 1 to 255 characters"];
        }

        (string, string?, int)[] texts =
            [("sender", Sender, 320), ("account", Account, 320), ("domain", Domain, 253), ("queueId", QueueId, 255), ("host", Host, 255)];

        foreach (var (name, value, most) in texts)
        {
            if (value is not null && (value.Length > most || value.Contains('\0', StringComparison.Ordinal)))
            {
                problems[name] = [$"must have at most {most} characters"];
            }
        }

        return problems;
    }
}

/// <summary>The message may be accepted.</summary>
/// <param name="Allowed">True.</param>
/// <param name="ReservationId">The idempotency key.</param>
/// <param name="Used">Recipients taken from the tightest limit, these included; null without a limit.</param>
/// <param name="Limit">That limit.</param>
/// <param name="Remaining">What is left of it.</param>
/// <param name="ResetsAt">When its period ends.</param>
public sealed record ReservationGranted(bool Allowed, string ReservationId, long? Used, long? Limit, long? Remaining, DateTimeOffset? ResetsAt)
{
    internal static ReservationGranted Of(ReservationOutcome outcome, string key) =>
        new(true, key, outcome.Standing?.Taken, outcome.Standing?.Limit, outcome.Standing?.Remaining, outcome.Standing?.Period.End);
}

/// <summary>The message must be refused.</summary>
/// <param name="Allowed">False.</param>
/// <param name="Used">Recipients taken from the limit that refuses.</param>
/// <param name="Limit">That limit.</param>
/// <param name="Remaining">What is left of it, fewer than were asked for.</param>
/// <param name="ResetsAt">When its period ends.</param>
/// <param name="Smtp">The whole SMTP reply, for example <c>550 5.7.1 Monthly sending quota reached …</c>.</param>
/// <param name="SmtpCode">Its reply code alone.</param>
/// <param name="SmtpText">The reply without its reply code.</param>
public sealed record ReservationRefused(
    bool Allowed, long Used, long Limit, long Remaining, DateTimeOffset ResetsAt, string Smtp, int SmtpCode, string SmtpText)
{
    internal static ReservationRefused Of(QuotaStanding standing, int recipients)
    {
        var smtp = RefusalText.Of(standing, recipients);

        return new(
            false, standing.Taken, standing.Limit!.Value, standing.Remaining!.Value, standing.Period.End, smtp, standing.Temporary ? 451 : 550, smtp[4..]);
    }
}
