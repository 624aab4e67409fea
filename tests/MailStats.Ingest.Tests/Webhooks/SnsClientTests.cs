using System.Net;
using MailStats.Ingest.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MailStats.Ingest.Tests.Webhooks;

/// <summary>How Amazon is asked for a certificate.</summary>
public sealed class SnsClientTests
{
    [Fact]
    public async Task A_redirection_is_not_followed_and_an_answer_has_a_bound()
    {
        var asked = 0;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.MapGet("/away", () => Results.Redirect("/evil"));
        server.MapGet("/evil", () => Interlocked.Increment(ref asked));
        server.MapGet("/long", () => new string('x', 64 * 1024 + 1));
        await server.StartAsync();
        var services = new ServiceCollection();
        SnsEnvelope.AddClient(services);
        await using var provider = services.BuildServiceProvider();
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(SnsEnvelope));
        var address = new Uri(server.Urls.First());

        using var answer = await client.GetAsync(new Uri(address, "/away"));

        Assert.Equal((HttpStatusCode.Redirect, 0), (answer.StatusCode, asked));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri(address, "/long")));
    }
}
