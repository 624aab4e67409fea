using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MailStats.Gateway.Tests;

/// <summary>What the gateway does not let through.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task Who_asks_too_often_is_stopped_here_and_every_answer_says_what_is_left()
    {
        await using var query = await Destination.StartAsync(context => context.Response.WriteAsync("ok"));
        await using var gateway = await GatewayApp.StartWithAsync(
            [.. GatewayApp.Replicas("query", query.Address), "--urls=http://127.0.0.1:0", "--Edge:RequestsPerSecond=1", "--Edge:Burst=2"]);
        var answers = new List<(HttpStatusCode Status, string Left, string Policy, double? Wait)>();

        // Faster than one a second, so it is stopped after two, or after a few more where a second passed between them.
        do
        {
            using var answer = await gateway.Client.GetAsync(new Uri("/v1/overview", UriKind.Relative));
            answers.Add((answer.StatusCode, Header(answer, "RateLimit"), Header(answer, "RateLimit-Policy"), answer.Headers.RetryAfter?.Delta?.TotalSeconds));
        }
        while (answers[^1].Status == HttpStatusCode.OK && answers.Count < 1_000);

        const string policy = "\"key\";q=2;w=2";
        Assert.Equal((HttpStatusCode.OK, "\"key\";r=1;t=1", policy, (double?)null), answers[0]);
        Assert.Equal((HttpStatusCode.OK, "\"key\";r=0;t=2", policy, (double?)null), answers[^2]);
        Assert.Equal((HttpStatusCode.TooManyRequests, "\"key\";r=0;t=2", policy, (double?)1), answers[^1]);
        Assert.Equal(answers.Count - 1, query.Requests);
    }

    [Fact]
    public async Task A_body_that_trickles_is_given_up_here_and_at_the_service()
    {
        var ended = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var ingest = await Destination.StartAsync(async context =>
        {
            try
            {
                await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
                ended.SetResult(null);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or BadHttpRequestException)
            {
                ended.SetResult(exception);
            }
        });
        await using var gateway = await GatewayApp.StartWithAsync([.. GatewayApp.Replicas("ingest", ingest.Address), "--urls=http://127.0.0.1:0"]);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var socket = new TcpClient();
        await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port, patience.Token);
        var stream = socket.GetStream();
        await stream.WriteAsync(
            "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n["u8.ToArray(), patience.Token);

        var trickle = TrickleAsync(stream, patience.Token);
        using var reader = new StreamReader(stream);

        Assert.StartsWith("HTTP/1.1 408", await reader.ReadLineAsync(patience.Token), StringComparison.Ordinal);
        Assert.NotNull(await ended.Task.WaitAsync(patience.Token));

        await patience.CancelAsync();
        await trickle;
    }

    [Theory]
    [InlineData("/v1/events", "ingest", 31, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("/v1/policy/mta-hooks", "policy", 31, HttpStatusCode.OK)]
    [InlineData("/v1/policy/mta-hooks", "policy", 101, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_body_passes_up_to_what_its_service_reads(string path, string service, int megabytes, HttpStatusCode status)
    {
        await using var destination = await Destination.StartAsync(async context =>
        {
            context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
            await context.Request.Body.CopyToAsync(Stream.Null);
        });
        await using var gateway = await GatewayApp.StartWithAsync([.. GatewayApp.Replicas(service, destination.Address), "--urls=http://127.0.0.1:0"]);
        using var socket = new TcpClient();
        await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port);
        var stream = socket.GetStream();
        var length = megabytes * 1024L * 1024;
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"));

        var sending = SendAsync(stream, length);
        using var reader = new StreamReader(stream);

        Assert.StartsWith($"HTTP/1.1 {(int)status}", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)), StringComparison.Ordinal);

        socket.Close();
        await sending;
    }

    private static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));

    private static async Task TrickleAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));

        try
        {
            while (await ticks.WaitForNextTickAsync(cancellationToken))
            {
                await stream.WriteAsync(" "u8.ToArray(), cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The gateway has closed the connection, or the test is over.
        }
    }

    private static async Task SendAsync(NetworkStream stream, long length)
    {
        var block = new byte[1 << 20];

        try
        {
            for (; length > 0; length -= block.Length)
            {
                await stream.WriteAsync(block);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Refused before all of it was sent.
        }
    }
}
