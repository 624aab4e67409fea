using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace MailStats.Gateway.Tests;

public sealed class ForwardingTests
{
    [Fact]
    public async Task A_call_reaches_its_service_with_query_key_and_trace()
    {
        await using var query = await Destination.StartAsync(context => context.Response.WriteAsync(string.Join('|',
            context.Request.Path + context.Request.QueryString, context.Request.Headers.Authorization, context.Request.Headers.TraceParent)));
        await using var gateway = await GatewayApp.StartAsync(query.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/overview?period=today&domain=b%C3%BCcher.example");
        request.Headers.Authorization = new("Bearer", "ms_x");
        var trace = ActivityTraceId.CreateRandom().ToString();
        request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");

        using var answer = await gateway.Client.SendAsync(request);
        var seen = (await answer.Content.ReadAsStringAsync()).Split('|');

        Assert.Equal(("/v1/overview?period=today&domain=b%C3%BCcher.example", "Bearer ms_x"), (seen[0], seen[1]));
        Assert.Contains(trace, seen[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_without_a_key_is_forwarded_with_the_address_it_was_asked_at_and_keeps_its_own_policy()
    {
        await using var query = await Destination.StartAsync(context =>
        {
            context.Response.Headers.ContentSecurityPolicy = "default-src 'none'";

            return context.Response.WriteAsync(
                $"{context.Request.Path} {context.Request.Headers["X-Forwarded-Proto"]} {context.Request.Headers["X-Forwarded-Host"]}");
        });
        await using var gateway = await GatewayApp.StartAsync(query.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/links/abc");
        request.Headers.Accept.ParseAdd("text/html");
        request.Headers.Add("X-Forwarded-Host", "evil.example");

        using var answer = await gateway.Client.SendAsync(request);
        using var other = await gateway.Client.GetAsync(new Uri("/nowhere", UriKind.Relative));

        Assert.Equal($"/links/abc http {gateway.Address.Authority}", await answer.Content.ReadAsStringAsync());
        Assert.Equal("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Contains("script-src 'self'", other.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", HttpStatusCode.OK, 6)]
    [InlineData("POST", null, null)]
    public async Task Only_a_read_is_tried_at_another_replica(string method, HttpStatusCode? always, int? handled)
    {
        await using var alive = await Destination.StartAsync(context => context.Response.WriteAsync("alive"));
        await using var gateway = await GatewayApp.StartAsync(GatewayApp.DeadAddress(), alive.Address);
        var statuses = new List<HttpStatusCode>();

        for (var attempt = 0; attempt < 6; attempt++)
        {
            using var request = new HttpRequestMessage(new(method), "/v1/overview");
            using var answer = await gateway.Client.SendAsync(request);
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal(handled ?? statuses.Count(status => status == HttpStatusCode.OK), alive.Requests);
        Assert.All(statuses, status => Assert.True(status == always || (always is null && status is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable)));
    }

    [Fact]
    public async Task A_service_that_is_away_gives_a_problem_without_its_address()
    {
        var dead = GatewayApp.DeadAddress();
        await using var gateway = await GatewayApp.StartAsync(dead);

        using var answer = await gateway.Client.GetAsync(new Uri("/v1/overview", UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync() + answer.Headers;

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal(TimeSpan.FromSeconds(2), answer.Headers.RetryAfter?.Delta);
        Assert.DoesNotContain(new Uri(dead).Port.ToString(System.Globalization.CultureInfo.InvariantCulture), text, StringComparison.Ordinal);
        Assert.DoesNotContain("query", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_lets_what_is_under_way_finish()
    {
        var arrived = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var query = await Destination.StartAsync(async context =>
        {
            arrived.SetResult();
            await release.Task;
            await context.Response.WriteAsync("done");
        });
        await using var gateway = await GatewayApp.StartAsync(query.Address);

        var answer = gateway.Client.GetStringAsync(new Uri("/v1/overview", UriKind.Relative));
        await arrived.Task;
        var stop = gateway.StopAsync();
        release.SetResult();

        Assert.Equal("done", await answer);
        await stop;
    }

    [Fact]
    public async Task The_documents_of_all_services_are_one()
    {
        await using var query = await Destination.StartAsync(context => context.Response.WriteAsync(
            """
            {"openapi":"3.1.1","paths":{"/v1/overview":{"get":{}},"/v1/x":{"get":{}}},
            "components":{"schemas":{"A":{"type":"string"}}},"tags":[{"name":"Query"}]}
            """));
        await using var gateway = await GatewayApp.StartAsync(query.Address);

        var document = await gateway.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");

        Assert.True(document.GetProperty("paths").TryGetProperty("/v1/overview", out _));
    }

    [Fact]
    public async Task Unknown_addresses_below_v1_are_the_services_to_answer_and_others_are_not_found()
    {
        await using var query = await Destination.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status418ImATeapot;

            return Task.CompletedTask;
        });
        await using var gateway = await GatewayApp.StartAsync(query.Address);

        using var below = await gateway.Client.GetAsync(new Uri("/v1/nothing", UriKind.Relative));
        using var beside = await gateway.Client.GetAsync(new Uri("/v2/overview", UriKind.Relative));

        Assert.Equal((HttpStatusCode)418, below.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, beside.StatusCode);
    }
}
