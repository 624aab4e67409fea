using System.Security.Claims;
using MailStats.Mail.Quotas;
using MailStats.Policy.Decisions;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Policy.Http;

/// <summary>"May this sender write to these?": for KumoMTA and whoever speaks HTTP, while recipients are named. Takes nothing.</summary>
internal static class PostRecipients
{
    public const int Most = 1_000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/policy/recipients", HandleAsync)
        .WithName("askRecipients").WithTags("Policy").WithSummary("May this sender write to these recipients?")
        .WithDescription("What Postfix and Exim ask at RCPT: the suppression list, the brake and the quota, in this order and as the settings say. "
            + "Recipients that may not be written to stand in the answer with the SMTP reply to give.");

    private static async Task<Results<Ok<RecipientsAnswer>, ValidationProblem, ProblemHttpResult>> HandleAsync(
        RecipientsBody body, ClaimsPrincipal user, MessageDecision decision)
    {
        if (body.FindProblems() is { Count: > 0 } problems)
        {
            return TypedResults.ValidationProblem(problems);
        }

        var refused = new List<RefusedRecipient>();

        foreach (var recipient in body.Recipients!)
        {
            var verdict = await decision.TryDecideAsync(new SubmittedMessage
            {
                Stage = PolicyStage.Advisory,
                Sender = body.Sender ?? "",
                Login = body.Account ?? body.Sender ?? "",
                ClientAddress = body.ClientAddress ?? "",
                Recipient = recipient,
                NamedRecipients = [recipient],
                Recipients = 1,
                Key = $"http/{body.IdempotencyKey ?? Guid.NewGuid().ToString()}",
                Tenant = user.HasScope(Scopes.IngestAll) ? null : user.TenantId(),
            });

            if (verdict is not { } decided)
            {
                return TypedResults.Problem(MessageDecision.TroubleReply, statusCode: StatusCodes.Status503ServiceUnavailable);
            }

            if (decided.Refusal is { } smtp)
            {
                refused.Add(new(recipient, smtp, int.Parse(smtp.AsSpan(0, 3), System.Globalization.CultureInfo.InvariantCulture), smtp[4..]));
            }
        }

        return TypedResults.Ok(new RecipientsAnswer(refused.Count == 0, refused));
    }
}

/// <summary>Who writes to whom.</summary>
public sealed record RecipientsBody
{
    /// <summary>Envelope sender; nothing is refused for the null sender.</summary>
    public string? Sender { get; init; }

    /// <summary>Login of the sender, where the envelope sender is not known.</summary>
    public string? Account { get; init; }

    /// <summary>Addresses, 1 to 1,000. Required.</summary>
    public IReadOnlyList<string>? Recipients { get; init; }

    /// <summary>Names the message: its queue or spool id. Asked again with the same, a refusal is noted down once.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>IP address of the client that submits the message.</summary>
    public string? ClientAddress { get; init; }

    internal Dictionary<string, string[]> FindProblems()
    {
        var problems = new Dictionary<string, string[]>();

        if (Recipients is not { Count: >= 1 and <= PostRecipients.Most } || Recipients.Any(recipient => recipient is not { Length: >= 1 and <= 320 }))
        {
            problems["recipients"] = [$"must be 1 to {PostRecipients.Most} addresses of up to 320 characters"];
        }

        foreach (var (name, value, most) in ((string, string?, int)[])
            [("sender", Sender, 320), ("account", Account, 320), ("idempotencyKey", IdempotencyKey, 255), ("clientAddress", ClientAddress, 64)])
        {
            if (value is not null && (value.Length > most || value.Any(char.IsControl)))
            {
                problems[name] = [$"must have at most {most} characters"];
            }
        }

        return problems;
    }
}

/// <param name="Allowed">True when nobody is refused.</param>
/// <param name="Refused">Those who are.</param>
public sealed record RecipientsAnswer(bool Allowed, IReadOnlyList<RefusedRecipient> Refused);

/// <param name="Address">As asked.</param>
/// <param name="Smtp">The whole SMTP reply.</param>
/// <param name="SmtpCode">Its reply code alone.</param>
/// <param name="SmtpText">The reply without its reply code.</param>
public sealed record RefusedRecipient(string Address, string Smtp, int SmtpCode, string SmtpText);
