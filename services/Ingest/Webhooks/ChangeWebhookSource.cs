using System.ComponentModel;
using System.Security.Claims;
using MailStats.Ingest.Events;
using MailStats.Mail.Addresses;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Webhooks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Ingest.Webhooks;

/// <summary>What is to change of a source; what is absent stays.</summary>
/// <param name="Name">The new name. Events that came before keep the old one in their source.</param>
/// <param name="Sender">The new sender.</param>
public sealed record WebhookSourceChange(string? Name, string? Sender);

/// <summary>A new secret.</summary>
/// <param name="Secret">What posts are proven by from now on.</param>
/// <param name="EarlierValidHours">Hours for which the secret before it is good as well, 0 to 168; 24 where absent.</param>
public sealed record NewWebhookSecret(string? Secret, int? EarlierValidHours);

/// <summary><c>PATCH /v1/admin/webhook-sources/{id}</c> and <c>PUT /v1/admin/webhook-sources/{id}/secret</c></summary>
internal static class ChangeWebhookSource
{
    /// <summary>Hours: a week is enough to change a secret at a provider.</summary>
    private const int MaxEarlierHours = 168;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var source = routes.MapGroup("/v1/admin/webhook-sources/{id}").WithTags("Administration").RequireAuthorization(Scopes.Admin);

        source.MapPatch("", ChangeAsync).WithName("changeWebhookSource").WithSummary("Rename a source or change its sender");
        source.MapPut("/secret", RotateAsync).WithName("rotateWebhookSecret").WithSummary("Change a source's secret; the earlier one stays good for a while");
    }

    private static async Task<Results<NoContent, NotFound, ValidationProblem>> ChangeAsync(
        [Description("Id of the source.")] string id,
        WebhookSourceChange body,
        ClaimsPrincipal user,
        IWebhookSourceStore sources,
        CancellationToken cancellationToken)
    {
        if (await FindAsync(id, user, sources, cancellationToken) is not { } source)
        {
            return TypedResults.NotFound();
        }

        var problems = new FieldProblems();
        var sender = body.Sender is null ? source.Sender : EmailAddress.Read(body.Sender, out _);

        if (body.Name is not null && !AdministerWebhookSources.IsName(body.Name))
        {
            problems.Add("name", AdministerWebhookSources.NameIs);
        }

        if (body.Sender is not null && sender is null)
        {
            problems.Add("sender", "must be an address, for example news@shop.example");
        }

        if (problems.Any)
        {
            return problems.Refusal();
        }

        return await sources.SaveAsync(source with { Name = body.Name ?? source.Name, Sender = sender }, cancellationToken)
            ? TypedResults.NoContent()
            : TypedResults.NotFound();
    }

    private static async Task<Results<NoContent, NotFound, ValidationProblem>> RotateAsync(
        [Description("Id of the source.")] string id,
        NewWebhookSecret body,
        ClaimsPrincipal user,
        WebhookProviders providers,
        IWebhookSourceStore sources,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (await FindAsync(id, user, sources, cancellationToken) is not { } source || providers.Find(source.Provider) is not { } provider)
        {
            return TypedResults.NotFound();
        }

        var problems = new FieldProblems();
        var hours = body.EarlierValidHours ?? 24;

        if (AdministerWebhookSources.SecretProblem(provider, body.Secret) is { } problem)
        {
            problems.Add("secret", problem);
        }

        if (hours is < 0 or > MaxEarlierHours)
        {
            problems.Add("earlierValidHours", $"must be 0 to {MaxEarlierHours}");
        }

        if (problems.Any)
        {
            return problems.Refusal();
        }

        var rotated = source with
        {
            Secret = body.Secret!,
            EarlierSecret = hours == 0 ? null : source.Secret,
            EarlierUntil = hours == 0 ? null : time.GetUtcNow().AddHours(hours),
        };

        return await sources.SaveAsync(rotated, cancellationToken) ? TypedResults.NoContent() : TypedResults.NotFound();
    }

    private static async Task<WebhookSource?> FindAsync(string id, ClaimsPrincipal user, IWebhookSourceStore sources, CancellationToken cancellationToken) =>
        await sources.FindAsync(id, cancellationToken) is { } source && source.TenantId == user.TenantId() ? source : null;
}
