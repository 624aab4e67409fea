using System.ComponentModel;
using System.Security.Claims;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Replies;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Classifier.OwnRules;

/// <summary>The caller's own rules. Every change classifies the tenant's history anew.</summary>
internal static class AdministerReplyRules
{
    private const int MostRules = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var rules = routes.MapGroup("/v1/reply-rules")
            .WithTags("Replies")
            .RequireAuthorization(Scopes.Admin)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        rules.MapGet("", ListAsync).WithName("listReplyRules").WithSummary("The tenant's own rules, latest first")
            .WithDescription("Of several rules that hold for a reply the latest counts; all of them go before the rules that come with MailStats.");
        rules.MapPost("", SaveAsync).WithName("saveReplyRule").WithSummary("Add or overwrite a rule; the history is classified anew")
            .WithDescription("The rule holds for new failures at once. Past ones follow within seconds, and statistics move with them; until then `reclassifying` is true in the list.");
        rules.MapPost("/try", TryAsync).WithName("tryReplyRule").WithSummary("What a rule would change among past failures, without saving it")
            .WithDescription("Looks at the latest failures still kept, up to 20,000.")
            .ChangesNothing();
        rules.MapDelete("/{id}", RemoveAsync).WithName("removeReplyRule").WithSummary("Remove a rule; the history is classified anew")
            .WithDescription("What the rule had decided is decided by the rules that remain.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Saves a rule that has no mistakes.</summary>
    internal static async Task<Results<Created<ReplyRuleItem>, ValidationProblem>> KeepAsync(
        ReplyRule rule, HttpContext http, IReplyRuleStore rules, TenantClassifiers classifiers, Reclassification reclassification, CancellationToken cancellationToken)
    {
        http.AddAuditDetail("id", rule.Id);
        http.AddAuditDetail("reason", rule.Reason);

        var known = await rules.FindAsync(rule.TenantId, cancellationToken);

        if (known.Rules.Count >= MostRules && known.Rules.All(other => other.Id != rule.Id))
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["id"] = [$"a tenant has {MostRules} rules at most; remove one first"] });
        }

        await rules.SaveAsync(rule, cancellationToken);
        classifiers.Forget();
        reclassification.Wake();

        return TypedResults.Created($"/v1/reply-rules/{rule.Id}", ReplyRuleItem.Of(rule));
    }

    private static async Task<Ok<ReplyRuleList>> ListAsync(ClaimsPrincipal user, IReplyRuleStore rules, CancellationToken cancellationToken)
    {
        var set = await rules.FindAsync(user.TenantId(), cancellationToken);
        var pending = await rules.PendingAsync(cancellationToken);

        return TypedResults.Ok(new ReplyRuleList(set.Revision, pending.ContainsKey(user.TenantId()), [.. set.Rules.Select(ReplyRuleItem.Of)]));
    }

    private static async Task<Results<Created<ReplyRuleItem>, ValidationProblem>> SaveAsync(
        ReplyRuleBody body,
        HttpContext http,
        IReplyRuleStore rules,
        TenantClassifiers classifiers,
        Reclassification reclassification,
        TimeProvider time,
        CancellationToken cancellationToken) =>
        body.TryRead(http.User.TenantId(), time.GetUtcNow(), out var rule, out var problems)
            ? await KeepAsync(rule, http, rules, classifiers, reclassification, cancellationToken)
            : TypedResults.ValidationProblem(problems);

    private static async Task<Results<Ok<ReplyRuleTrial>, ValidationProblem>> TryAsync(
        ReplyRuleBody body, ClaimsPrincipal user, TenantClassifiers classifiers, ReplyRuleTrials trials, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!body.TryRead(user.TenantId(), time.GetUtcNow(), out var rule, out var problems))
        {
            return TypedResults.ValidationProblem(problems);
        }

        return TypedResults.Ok(await trials.RunAsync(
            user.TenantId(),
            await classifiers.ForAsync(user.TenantId(), cancellationToken),
            await classifiers.WithAsync(rule, cancellationToken),
            cancellationToken));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        [Description("The rule's id.")] string id, ClaimsPrincipal user, IReplyRuleStore rules, TenantClassifiers classifiers, Reclassification reclassification, CancellationToken cancellationToken)
    {
        if (await rules.RemoveAsync(user.TenantId(), id, cancellationToken) is null)
        {
            return TypedResults.Problem($"There is no rule {id}.", statusCode: StatusCodes.Status404NotFound);
        }

        classifiers.Forget();
        reclassification.Wake();

        return TypedResults.NoContent();
    }
}

/// <param name="Revision">Grows with every change.</param>
/// <param name="Reclassifying">True while the history is still being classified by the latest rules.</param>
/// <param name="Items">Latest first.</param>
public sealed record ReplyRuleList(long Revision, bool Reclassifying, IReadOnlyList<ReplyRuleItem> Items);
