using System.Net;
using System.Net.Sockets;

namespace MailStats.Notifier.Tests;

/// <summary>The receivers of docs/subscribe.md take what the Notifier posts, and nothing that was changed.</summary>
public sealed class DocumentedReceiverTests
{
    [SkippableTheory]
    [InlineData("csharp")]
    [InlineData("js")]
    [InlineData("python")]
    public async Task A_receiver_of_the_page_believes_the_Notifier_alone(string language)
    {
        var port = FreePort();
        var url = $"http://127.0.0.1:{port}/";
        await using var host = await NotifierHost.StartAsync();
        var target = await host.AddTargetAsync("webhook", url);
        await using var program = await DocumentedProgram.StartAsync(
            "docs/subscribe.md", language, 1, ("WEBHOOK_SECRET", target.GetProperty("secret").GetString()!), ("PORT", $"{port}"));
        Skip.If(program is null, $"What runs {language} is not installed.");

        var reached = NotifierHost.Reached(90) with { Mailbox = "jörg@shop.example" };
        await host.PublishAsync(reached);

        await Eventually.IsAsync(
            () => Task.FromResult(program.Lines), lines => lines.Any(line => line.StartsWith($"{reached.NoticeId} ", StringComparison.Ordinal)), "the notice");
        await host.LogWhenAsync(log => log.GetProperty("items").EnumerateArray().Any(item => item.GetProperty("state").GetString() == "delivered"));
        Assert.Equal(HttpStatusCode.Unauthorized, await ForgeAsync(url, reached.NoticeId));
    }

    private static async Task<HttpStatusCode> ForgeAsync(string url, Guid id)
    {
        using var client = new HttpClient();
        using var post = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent("{}") };
        post.Headers.Add("webhook-id", id.ToString());
        post.Headers.Add("webhook-timestamp", $"{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}");
        post.Headers.Add("webhook-signature", "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=");

        return (await client.SendAsync(post)).StatusCode;
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();

        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
