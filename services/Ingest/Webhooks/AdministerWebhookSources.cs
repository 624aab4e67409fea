using System.Buffers.Text;
using System.ComponentModel;
using System.Security.Claims;
using System.Security.Cryptography;
using MailStats.Ingest.Events;
using MailStats.Mail.Addresses;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Webhooks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Ingest.Webhooks;

/// <summary>A webhook source to make.</summary>
/// <param name="Provider">The provider. Required.</param>
/// <param name="Name">Stands in the source of its events: <c>sendgrid/newsletter</c>. Lower-case letters, digits and hyphens, up to 40.</param>
/// <param name="Secret">What its posts are proven by: a key, a password or a token, as the provider signs. Required.</param>
/// <param name="Sender">The address that counts as sender where the provider does not tell one (SendGrid, Postmark, Brevo, …).</param>
public sealed record NewWebhookSource([property: WebhookProvider] string? Provider, string? Name, string? Secret, string? Sender);

/// <summary>A webhook source without its secret.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Provider">The provider.</param>
/// <param name="Name">Its name.</param>
/// <param name="Sender">The sender where the provider tells none.</param>
/// <param name="Path">Where the provider is to post to, below this server's address.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="Url">The path with the address that this request came to.</param>
/// <param name="EarlierSecretUntil">Until when the secret before the present one is good as well, UTC; null when there is none.</param>
public sealed record WebhookSourceView(
    string Id, [property: WebhookProvider] string Provider, string Name, string? Sender, string Path, DateTimeOffset CreatedAt, string Url,
    DateTimeOffset? EarlierSecretUntil);

/// <summary>The tenant's webhook sources.</summary>
public sealed record WebhookSourceList(IReadOnlyList<WebhookSourceView> Items);

/// <summary><c>/v1/admin/webhook-sources</c></summary>
internal static class AdministerWebhookSources
{
    public const string NameIs = "must be 1 to 40 lower-case letters, digits and hyphens";

    /// <summary>Characters: an RSA key of 16,384 bits as PEM has 2,800.</summary>
    private const int MaxSecret = 4_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var sources = routes.MapGroup("/v1/admin/webhook-sources").WithTags("Administration").RequireAuthorization(Scopes.Admin);

        sources.MapGet("", ListAsync).WithName("listWebhookSources").WithSummary("The tenant's webhook sources, without their secrets");
        sources.MapPost("", AddAsync).WithName("addWebhookSource").WithSummary("Make an address that a provider can post its events to");
        sources.MapDelete("/{id}", RemoveAsync).WithName("removeWebhookSource").WithSummary("Remove a source; its address is gone at once");
    }

    private static async Task<Ok<WebhookSourceList>> ListAsync(
        HttpRequest request, ClaimsPrincipal user, IWebhookSourceStore sources, CancellationToken cancellationToken) =>
        TypedResults.Ok(new WebhookSourceList([.. (await sources.ListAsync(user.TenantId(), cancellationToken)).Select(source => View(source, request))]));

    private static async Task<Results<Created<WebhookSourceView>, ValidationProblem>> AddAsync(
        NewWebhookSource body,
        HttpRequest request,
        ClaimsPrincipal user,
        WebhookProviders providers,
        IWebhookSourceStore sources,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var provider = body.Provider is null ? null : providers.Find(body.Provider);
        var sender = string.IsNullOrWhiteSpace(body.Sender) ? null : EmailAddress.Read(body.Sender, out _);

        if (provider is null)
        {
            problems.Add("provider", $"must be one of {string.Join(", ", providers.Names)}");
        }
        else if (SecretProblem(provider, body.Secret) is { } problem)
        {
            problems.Add("secret", problem);
        }

        if (!IsName(body.Name))
        {
            problems.Add("name", NameIs);
        }

        if (!string.IsNullOrWhiteSpace(body.Sender) && sender is null)
        {
            problems.Add("sender", "must be an address, for example news@shop.example");
        }
        else if (sender is null && provider?.NeedsSender == true)
        {
            problems.Add("sender", "is required: this provider does not tell the sender of every event");
        }

        if (problems.Any)
        {
            return problems.Refusal();
        }

        var source = new WebhookSource(
            "wh_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24)),
            user.TenantId(), provider!.Name, body.Name!, body.Secret!, sender, time.GetUtcNow());
        await sources.AddAsync(source, cancellationToken);

        return TypedResults.Created($"/v1/admin/webhook-sources/{source.Id}", View(source, request));
    }

    private static async Task<Results<NoContent, NotFound>> RemoveAsync(
        [Description("Id of the source.")] string id, ClaimsPrincipal user, IWebhookSourceStore sources, CancellationToken cancellationToken) =>
        await sources.RemoveAsync(user.TenantId(), id, cancellationToken) ? TypedResults.NoContent() : TypedResults.NotFound();

    /// <summary>What is wrong with a secret for a provider's source; null when it can be one.</summary>
    public static string? SecretProblem(IWebhookProvider provider, string? secret) =>
        secret is null || secret.Length > MaxSecret || !provider.IsSecret(secret)
            ? $"must be {provider.SecretIs}; where it is yours to choose, at least 16 characters"
        : secret.Trim().Length != secret.Length ? "must not begin or end with a blank: what is pasted often does, and no post would fit it"
        : null;

    public static bool IsName(string? name) =>
        name is { Length: >= 1 and <= 40 } && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    private static WebhookSourceView View(WebhookSource source, HttpRequest request)
    {
        var path = $"/v1/webhooks/{source.Provider}/{source.Id}";

        return new(
            source.Id, source.Provider, source.Name, source.Sender, path, source.CreatedAt, request.PublicOrigin() + path, source.EarlierUntil);
    }
}
