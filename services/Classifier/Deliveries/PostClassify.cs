using System.Security.Claims;
using MailStats.Classifier.OwnRules;
using MailStats.Classifier.Receivers;
using MailStats.Classifier.Replies;
using MailStats.Classifier.Rules;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Classifier.Deliveries;

/// <summary>A reply to be classified.</summary>
public sealed record ClassifyBody
{
    /// <summary>Reply code; one at the start of the text is found.</summary>
    /// <example>550</example>
    public int? Code { get; init; }

    /// <summary>Enhanced status code; one at the start of the text is found.</summary>
    /// <example>"5.7.26"</example>
    public string? EnhancedCode { get; init; }

    /// <summary>The reply, one line or many.</summary>
    /// <example>"550 5.1.1 No such user here"</example>
    public string? Text { get; init; }

    /// <summary>The server that answered.</summary>
    /// <example>"gmail-smtp-in.l.google.com"</example>
    public string? Host { get; init; }

    /// <summary>Domain of the recipient, where the host is not known.</summary>
    public string? RecipientDomain { get; init; }
}

/// <summary>What was made of a reply.</summary>
public sealed record ClassifyAnswer
{
    /// <summary>Why the delivery failed.</summary>
    [Reason]
    public required string Reason { get; init; }

    /// <summary>True when the address or its domain is proven bad.</summary>
    public required bool Hard { get; init; }

    /// <summary>True when the codes say that trying again is of no use.</summary>
    public required bool Permanent { get; init; }

    /// <summary>True when no rule knew the reply.</summary>
    public required bool Unknown { get; init; }

    /// <summary>Who has to act: recipient, authentication, content, reputation, receiver, sender_system or none.</summary>
    [Actor]
    public required string Actor { get; init; }

    /// <summary>What to do.</summary>
    public required string Advice { get; init; }

    /// <summary>A page about it, the receiver's own where there is one.</summary>
    public required string? Documentation { get; init; }

    /// <summary>The receiving provider, where it is known.</summary>
    public required string? Provider { get; init; }

    /// <summary>The rule that decided; the tenant's own begin with <c>own/</c>.</summary>
    public required string? Rule { get; init; }
}

internal static class PostClassify
{
    private const int LongestText = 64 * 1024;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/classify", HandleAsync)
        .RequireAuthorization(Scopes.Read)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .WithName("classify")
        .WithTags("Replies")
        .WithSummary("Why a reply refused its recipient, and what to do")
        .WithDescription("The answer that a failed delivery with this reply gets in the lists and statistics of the tenant, its own rules included.");

    private static async Task<Results<Ok<ClassifyAnswer>, ValidationProblem>> HandleAsync(
        ClassifyBody body, ClaimsPrincipal user, TenantClassifiers classifiers, CancellationToken cancellationToken)
    {
        if (FindProblems(body) is { Count: > 0 } problems)
        {
            return TypedResults.ValidationProblem(problems);
        }

        var classifier = await classifiers.ForAsync(user.TenantId(), cancellationToken);
        var verdict = classifier.Classify(new SmtpReply
        {
            Code = body.Code ?? 0,
            EnhancedCode = body.EnhancedCode,
            Text = body.Text,
            Host = body.Host,
            RecipientDomain = body.RecipientDomain,
        });

        return TypedResults.Ok(new ClassifyAnswer
        {
            Reason = verdict.Reason,
            Hard = verdict.Hard,
            Permanent = verdict.Permanent,
            Unknown = verdict.Unknown,
            Actor = verdict.Actor,
            Advice = verdict.Advice,
            Documentation = verdict.Documentation,
            Provider = ReceivingProvider.Find(body.Host, body.RecipientDomain),
            Rule = verdict.Rule,
        });
    }

    private static Dictionary<string, string[]> FindProblems(ClassifyBody body)
    {
        var problems = new Dictionary<string, string[]>();

        if (body.Code is not (null or (>= 200 and <= 599)))
        {
            problems["code"] = ["must be 200 to 599"];
        }

        if (string.IsNullOrWhiteSpace(body.Text) && body.Code is null && string.IsNullOrWhiteSpace(body.EnhancedCode))
        {
            problems["text"] = ["is required, or a code"];
        }

        if (body.Text?.Length > LongestText)
        {
            problems["text"] = [$"must not be longer than {LongestText} characters"];
        }

        return problems;
    }
}
