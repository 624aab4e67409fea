using System.ComponentModel;
using System.Security.Claims;
using MailStats.Classifier.OwnRules;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Replies;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Classifier.UnknownReplies;

/// <summary>The inbox of replies that no rule knew, and the one call that turns a kind of them into a rule.</summary>
internal static class AnswerUnknownReplies
{
    private const int DefaultGroups = 50;

    /// <summary>Kinds of replies, most frequent first; few tenants have more than a handful.</summary>
    private static readonly ListLimit Limit = new(DefaultGroups, 500);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var unknown = routes.MapGroup("/v1/unknown-replies")
            .WithTags("Replies")
            .RequireAuthorization(Scopes.Admin)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        unknown.MapGet("", ListAsync).WithName("listUnknownReplies").WithSummary("Replies that could not be classified, by kind, most frequent first")
            .WithDescription("Addresses, ids, times and numbers do not tell kinds apart. Only failures that are still kept are looked at.");
        unknown.MapPost("/{fingerprint}/rule", MakeRuleAsync).WithName("makeRuleOfUnknownReply")
            .WithSummary("Say what a kind of reply means; the history is classified anew")
            .WithDescription("Without phrases the rule holds for replies of exactly this kind. Phrases of your own make it hold for more.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Results<Ok<UnknownReplyList>, ValidationProblem>> ListAsync(
        ClaimsPrincipal user, UnknownReplyGroups groups, CancellationToken cancellationToken, [Description("Kinds to give, 1 to 500.")] int limit = DefaultGroups)
    {
        var problems = new FieldProblems();
        limit = Limit.Check(limit, problems);

        return problems.Any ? problems.Refusal() : TypedResults.Ok(await groups.CollectAsync(user.TenantId(), limit, cancellationToken));
    }

    private static async Task<Results<Created<ReplyRuleItem>, ProblemHttpResult, ValidationProblem>> MakeRuleAsync(
        [Description("The kind, as the list names it.")] string fingerprint,
        ReplyRuleBody body,
        HttpContext http,
        UnknownReplyGroups groups,
        IReplyRuleStore rules,
        TenantClassifiers classifiers,
        Reclassification reclassification,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var tenant = http.User.TenantId();
        var known = await groups.CollectAsync(tenant, int.MaxValue, cancellationToken);

        if (known.Items.All(group => group.Fingerprint != fingerprint))
        {
            return TypedResults.Problem("There is no such kind of unknown reply.", statusCode: StatusCodes.Status404NotFound);
        }

        var asked = body with { Fingerprint = body.Phrases.Count == 0 ? fingerprint : body.Fingerprint };

        if (!asked.TryRead(tenant, time.GetUtcNow(), out var rule, out var problems))
        {
            return TypedResults.ValidationProblem(problems);
        }

        var saved = await AdministerReplyRules.KeepAsync(rule, http, rules, classifiers, reclassification, cancellationToken);

        return saved.Result switch
        {
            Created<ReplyRuleItem> created => created,
            ValidationProblem problem => problem,
            _ => throw new InvalidOperationException("Saving a rule has two outcomes."),
        };
    }
}
