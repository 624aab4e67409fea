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

        const string policy = "\"address\";q=2;w=2";
        Assert.Equal((HttpStatusCode.OK, "\"address\";r=1;t=1", policy, (double?)null), answers[0]);
        Assert.Equal((HttpStatusCode.OK, "\"address\";r=0;t=2", policy, (double?)null), answers[^2]);
        Assert.Equal((HttpStatusCode.TooManyRequests, "\"address\";r=0;t=2", policy, (double?)1), answers[^1]);
        Assert.Equal(answers.Count - 1, query.Requests);
    }

    [Fact]
    public async Task A_key_has_a_limit_of_its_own_once_a_service_has_proven_it()
    {
        await using var query = await Destination.StartAsync(context =>
        {
            var isRight = context.Request.Headers.Authorization == "Bearer ms_right";
            context.Response.StatusCode = isRight ? 200 : 401;

            if (isRight)
            {
                context.Response.Headers["MailStats-Caller"] = "c1";
            }

            return Task.CompletedTask;
        });
        await using var gateway = await GatewayApp.StartWithAsync(
            [.. GatewayApp.Replicas("query", query.Address), "--urls=http://127.0.0.1:0", "--Edge:RequestsPerSecond=1", "--Edge:Burst=4"]);
        using var proof = await AskAsync(gateway, "ms_right");
        var unknown = new List<HttpStatusCode>();

        do
        {
            using var answer = await AskAsync(gateway, $"ms_wrong_{unknown.Count}");
            unknown.Add(answer.StatusCode);
        }
        while (unknown[^1] == HttpStatusCode.Unauthorized && unknown.Count < 1_000);

        using var right = await AskAsync(gateway, "ms_right");

        Assert.Equal(HttpStatusCode.TooManyRequests, unknown[^1]);
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        Assert.StartsWith("\"key\";", Header(right, "RateLimit"), StringComparison.Ordinal);
        // Who it is stays between the services and the gateway.
        Assert.False(proof.Headers.Contains("MailStats-Caller"));
    }

    [Fact]
    public async Task A_key_has_a_limit_of_its_own_at_a_gateway_before_a_process_that_faces_the_outside_too()
    {
        await using var service = await Destination.StartAsync(context =>
        {
            context.Response.Headers["MailStats-Caller"] = "c1";

            return Task.CompletedTask;
        });
        // Stands for Standalone, which has the same limits and keeps the names of callers to itself.
        await using var inner = await GatewayApp.StartAsync(service.Address);
        await using var outer = await GatewayApp.StartAsync(inner.Address.ToString());

        using var first = await AskAsync(outer, "ms_right");
        using var second = await AskAsync(outer, "ms_right");
        using var direct = await AskAsync(inner, "ms_right");

        Assert.StartsWith("\"address\";", Header(first, "RateLimit"), StringComparison.Ordinal);
        Assert.StartsWith("\"key\";", Header(second, "RateLimit"), StringComparison.Ordinal);
        Assert.All([first, second, direct], answer => Assert.False(answer.Headers.Contains("MailStats-Caller")));
    }

    [Fact]
    public async Task A_webhook_has_its_sources_limit_once_a_post_was_proven_and_its_addresss_before()
    {
        await using var ingest = await Destination.StartAsync(context =>
        {
            context.Response.Headers["MailStats-Caller"] = context.Request.Path.Value!.EndsWith("wh_right", StringComparison.Ordinal) ? "w1" : default;

            return Task.CompletedTask;
        });
        await using var gateway = await GatewayApp.StartWithAsync(
            [.. GatewayApp.Replicas("ingest", ingest.Address), "--urls=http://127.0.0.1:0", "--Edge:WebhooksPerSecond=7", "--Edge:WebhookBurst=70"]);

        using var first = await gateway.Client.PostAsync(new Uri("/v1/webhooks/mailgun/wh_right", UriKind.Relative), null);
        using var second = await gateway.Client.PostAsync(new Uri("/v1/webhooks/mailgun/wh_right", UriKind.Relative), null);
        using var guess = await gateway.Client.PostAsync(new Uri("/v1/webhooks/mailgun/wh_guess", UriKind.Relative), null);

        Assert.Equal("\"address\";q=1000;w=5", Header(first, "RateLimit-Policy"));
        Assert.Equal("\"webhook\";q=70;w=10", Header(second, "RateLimit-Policy"));
        Assert.Equal("\"address\";q=1000;w=5", Header(guess, "RateLimit-Policy"));
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

    private static async Task<HttpResponseMessage> AskAsync(GatewayApp gateway, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/v1/overview", UriKind.Relative));
        request.Headers.Authorization = new("Bearer", key);

        return await gateway.Client.SendAsync(request);
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
