using System.ComponentModel;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Webhooks;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Ingest.Webhooks;

/// <summary>What came of a test.</summary>
/// <param name="Sent">False where no post could be made or sent.</param>
/// <param name="Works">True when the post was taken.</param>
/// <param name="Status">The HTTP status of the answer; absent when there was none.</param>
/// <param name="Answer">The answer, or why there was none.</param>
public sealed record WebhookTestResult(bool Sent, bool Works, int? Status, string Answer);

/// <summary>
/// <c>POST /v1/admin/webhook-sources/{id}/test</c>: a post in the provider's own form goes over the network to the source's address, with
/// all that stands before it (limits, bodies, signatures). It tells of nothing to count.
/// </summary>
internal static class TestWebhookSource
{
    /// <summary>Characters of an answer that are shown.</summary>
    private const int MaxAnswer = 2_000;

    public static void AddClient(IServiceCollection services) => services.AddHttpClient(nameof(TestWebhookSource), client =>
    {
        client.Timeout = TimeSpan.FromSeconds(10);
        client.MaxResponseContentBufferSize = 64 * 1024;
    });

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/admin/webhook-sources/{id}/test", HandleAsync)
        .WithTags("Administration")
        .RequireAuthorization(Scopes.Admin)
        .WithName("testWebhookSource")
        .WithSummary("Send a signed post of the provider's form to the source's address; nothing is counted");

    private static async Task<Results<Ok<WebhookTestResult>, NotFound>> HandleAsync(
        [Description("Id of the source.")] string id,
        HttpRequest request,
        ClaimsPrincipal user,
        WebhookProviders providers,
        WebhookTrials trials,
        IWebhookSourceStore sources,
        IServer server,
        IHttpClientFactory clients,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (await sources.FindAsync(id, cancellationToken) is not { } source || source.TenantId != user.TenantId()
            || providers.Find(source.Provider) is not { } provider)
        {
            return TypedResults.NotFound();
        }

        var path = $"/v1/webhooks/{source.Provider}/{source.Id}";

        if (OwnAddress(server) is not { } own)
        {
            return TypedResults.Ok(new WebhookTestResult(false, false, null, "This process serves no HTTP address that it can call itself."));
        }

        if (provider.Sample(source, time.GetUtcNow(), $"https://{request.Host}{path}") is { } sample)
        {
            return TypedResults.Ok(await SendAsync(clients, new(own, path), request.Host.Value!, sample, cancellationToken));
        }

        return provider.SignSelf(source, time.GetUtcNow()) is not { } self
            ? TypedResults.Ok(new WebhookTestResult(false, false, null, $"There is no post of {source.Provider} to test with."))
            : TypedResults.Ok(await TryAsync(trials, source, self, post => SendAsync(clients, new(own, path), request.Host.Value!, post, cancellationToken)));
    }

    /// <summary>With a key made for this post: it proves all but that the source has the provider's key.</summary>
    private static async Task<WebhookTestResult> TryAsync(
        WebhookTrials trials, WebhookSource source, SelfSigned self, Func<WebhookSample, Task<WebhookTestResult>> sendAsync)
    {
        var token = trials.Open(source, self);

        try
        {
            var result = await sendAsync(new(self.Sample.Body, [.. self.Sample.Headers, (WebhookTrials.Header, token)]));

            return result with
            {
                Answer = $"Signed with a key made for this test; that the source's own is {source.Provider}'s, only its own test shows. {result.Answer}",
            };
        }
        finally
        {
            trials.Close(token);
        }
    }

    private static async Task<WebhookTestResult> SendAsync(
        IHttpClientFactory clients, Uri address, string host, WebhookSample sample, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(nameof(TestWebhookSource));
        using var post = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(sample.Body)) };
        post.Headers.Host = host;
        post.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/octet-stream");

        foreach (var (name, value) in sample.Headers)
        {
            post.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var answer = await client.SendAsync(post, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);

            return new(true, answer.IsSuccessStatusCode, (int)answer.StatusCode, text.Length > MaxAnswer ? text[..MaxAnswer] : text);
        }
        catch (Exception error) when (error is HttpRequestException || (error is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new(true, false, null, error.Message);
        }
    }

    /// <summary>Where this process listens; never an address that a caller names.</summary>
    private static Uri? OwnAddress(IServer server) =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses
            .Select(address => address.Replace("//*", "//localhost", StringComparison.Ordinal).Replace("//+", "//localhost", StringComparison.Ordinal)
                .Replace("//[::]", "//localhost", StringComparison.Ordinal).Replace("//0.0.0.0", "//127.0.0.1", StringComparison.Ordinal))
            .Where(address => address.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            .Select(address => Uri.TryCreate(address, UriKind.Absolute, out var own) ? own : null)
            .FirstOrDefault(own => own is not null);
}
