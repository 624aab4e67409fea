using System.Net;

namespace MailStats.ServiceDefaults.Tests;

public sealed class EdgeTests
{
    [Fact]
    public async Task Who_asks_too_often_is_told_when_to_come_back_and_others_are_not_held_up()
    {
        await using var host = await SampleHost.StartAsync("--Edge:RequestsPerSecond", "1", "--Edge:Burst", "3");

        // The first request of a key costs its address, and proves it.
        using var proof = await host.SendAsync(HttpMethod.Get, "/read", SampleHost.ReadKey);
        using var otherProof = await host.SendAsync(HttpMethod.Get, "/read", SampleHost.IngestKey);
        var answers = await AskUntilRefusedAsync(host, _ => SampleHost.ReadKey);

        var (first, refused) = (answers[0], answers[^1]);
        using var other = await host.SendAsync(HttpMethod.Get, "/read", SampleHost.IngestKey);
        using var probe = await host.SendAsync(HttpMethod.Get, "/health/live", SampleHost.ReadKey);

        Assert.Equal("\"address\";q=3;w=3", Assert.Single(proof.Headers.GetValues("RateLimit-Policy")));
        Assert.Equal("\"key\";r=2;t=1", Assert.Single(first.Headers.GetValues("RateLimit")));
        Assert.Equal("\"key\";q=3;w=3", Assert.Single(first.Headers.GetValues("RateLimit-Policy")));
        Assert.Equal("\"key\";r=0;t=3", Assert.Single(refused.Headers.GetValues("RateLimit")));
        Assert.InRange(answers.Count, 4, 1_000);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
        Assert.Equal(HttpStatusCode.OK, probe.StatusCode);
    }

    [Fact]
    public async Task A_fresh_unknown_key_for_each_request_costs_the_address_and_no_proven_key()
    {
        await using var host = await SampleHost.StartAsync("--Edge:RequestsPerSecond", "1", "--Edge:Burst", "5");
        using var proof = await host.SendAsync(HttpMethod.Get, "/read", SampleHost.ReadKey);

        var answers = await AskUntilRefusedAsync(host, number => $"ms_made_up_{number}");
        using var proven = await host.SendAsync(HttpMethod.Get, "/read", SampleHost.ReadKey);

        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1].StatusCode);
        Assert.InRange(answers.Count, 5, 50);
        Assert.All(answers[..^1], answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
        Assert.Equal(HttpStatusCode.OK, proven.StatusCode);
    }

    [Fact]
    public async Task Spaces_and_case_make_no_other_caller_of_a_key()
    {
        await using var host = await SampleHost.StartAsync("--Edge:RequestsPerSecond", "1", "--Edge:Burst", "5");
        using var proof = await host.SendAsync(HttpMethod.Get, "/read", SampleHost.ReadKey);
        string[] schemes = ["Bearer ", "bearer ", "BEARER ", "bEaReR ", "Bearer  ", "Bearer   ", "bearer    "];

        var answers = await AskUntilRefusedAsync(host, number => SampleHost.ReadKey, number => schemes[number % schemes.Length] + new string(' ', number));

        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1].StatusCode);
        Assert.InRange(answers.Count, 6, 50);
    }

    [Theory]
    [InlineData("/read", null, HttpStatusCode.Unauthorized)]
    [InlineData("/read", SampleHost.IngestKey, HttpStatusCode.Forbidden)]
    [InlineData("/nowhere", SampleHost.ReadKey, HttpStatusCode.NotFound)]
    [InlineData("/number?value=x", SampleHost.ReadKey, HttpStatusCode.BadRequest)]
    [InlineData("/broken", SampleHost.ReadKey, HttpStatusCode.InternalServerError)]
    [InlineData("/down", SampleHost.ReadKey, HttpStatusCode.ServiceUnavailable)]
    public async Task An_error_is_a_problem_whatever_the_caller_accepts(string path, string? key, HttpStatusCode status)
    {
        await using var host = await SampleHost.StartAsync();
        var answers = new List<string>();

        foreach (var accept in new[] { "application/json", "text/event-stream", "text/csv", "text/html", "image/*;q=0.1" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("Accept", accept);
            request.Headers.Authorization = key is null ? null : new("Bearer", key);
            using var answer = await host.Client.SendAsync(request);

            Assert.Equal((accept, status), (accept, answer.StatusCode));
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            var problem = System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
            Assert.NotNull(problem["traceId"]);
            problem.Remove("traceId");
            answers.Add(problem.ToJsonString());
        }

        Assert.Single(answers.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Being_refused_for_asking_too_often_is_a_problem_whatever_the_caller_accepts()
    {
        await using var host = await SampleHost.StartAsync("--Edge:RequestsPerSecond", "1", "--Edge:Burst", "1");
        host.Client.DefaultRequestHeaders.Add("Accept", "text/event-stream");

        var answers = await AskUntilRefusedAsync(host, _ => SampleHost.ReadKey);

        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1].StatusCode);
        Assert.Equal("application/problem+json", answers[^1].Content.Headers.ContentType?.MediaType);
    }

    private static async Task<List<HttpResponseMessage>> AskUntilRefusedAsync(
        SampleHost host, Func<int, string> key, Func<int, string>? scheme = null)
    {
        var answers = new List<HttpResponseMessage>();

        // One past the burst is refused, or a later one where a second passed before it.
        do
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/read");
            request.Headers.TryAddWithoutValidation("Authorization", (scheme?.Invoke(answers.Count) ?? "Bearer ") + key(answers.Count));
            answers.Add(await host.Client.SendAsync(request));
        }
        while (answers[^1].StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError) && answers.Count < 1_000);

        return answers;
    }

    [Theory]
    [InlineData("/read")]
    [InlineData("/nowhere")]
    [InlineData("/broken")]
    public async Task Every_answer_carries_the_security_headers(string path)
    {
        await using var host = await SampleHost.StartAsync();

        using var answer = await host.SendAsync(HttpMethod.Get, path, SampleHost.ReadKey);

        Assert.Contains("default-src 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("https://panel.example", true)]
    [InlineData("https://evil.example", false)]
    public async Task Only_named_origins_may_call(string origin, bool allowed)
    {
        await using var host = await SampleHost.StartAsync("--Edge:AllowedOrigins:0", "https://panel.example");
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/read");
        preflight.Headers.Add("Origin", origin);
        preflight.Headers.Add("Access-Control-Request-Method", "GET");
        preflight.Headers.Add("Access-Control-Request-Headers", "authorization");

        using var answer = await host.Client.SendAsync(preflight);

        Assert.Equal(allowed, answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("127.0.0.0/8", "203.0.113.9 https")]
    [InlineData("10.0.0.0/8", "127.0.0.1 http")]
    public async Task Only_trusted_proxies_say_who_asks(string trusted, string seen)
    {
        await using var host = await SampleHost.StartAsync("--Edge:TrustedProxies:0", trusted);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/seen");
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        request.Headers.Add("X-Forwarded-Proto", "https");

        using var answer = await host.Client.SendAsync(request);

        Assert.Equal(seen, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task Answers_are_compressed_for_who_asks_for_it(string encoding)
    {
        await using var host = await SampleHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/long");
        request.Headers.Add("Accept-Encoding", encoding);

        using var compressed = await host.Client.SendAsync(request);
        using var plain = await host.SendAsync(HttpMethod.Get, "/long");

        Assert.Equal([encoding], compressed.Content.Headers.ContentEncoding);
        Assert.InRange((await compressed.Content.ReadAsByteArrayAsync()).Length, 1, 1_000);
        Assert.Equal(10_000, (await plain.Content.ReadAsByteArrayAsync()).Length);
    }

    [Fact]
    public async Task The_reference_page_is_served_with_all_it_needs()
    {
        await using var host = await SampleHost.StartAsync();

        using var page = await host.SendAsync(HttpMethod.Get, "/docs/index.html");
        var text = await page.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);

        foreach (var file in System.Text.RegularExpressions.Regex.Matches(text, "(?:src|href)=\"\\./([^\"]+)\"").Select(match => match.Groups[1].Value))
        {
            using var answer = await host.SendAsync(HttpMethod.Get, $"/docs/{file}");
            Assert.True(answer.StatusCode == HttpStatusCode.OK, file);
        }

        // The strict policy lets the page run nothing that stands within it.
        Assert.DoesNotMatch("<script>", text);
        Assert.DoesNotContain("//unpkg", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_wrong_setting_is_named_at_start()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => SampleHost.StartAsync(
            "--Edge:RequestsPerSecond", "0", "--Edge:Burst", "0",
            "--Edge:AllowedOrigins:0", "panel", "--Edge:AllowedOrigins:1", "https://panel.example/path",
            "--Edge:TrustedProxies:0", "10.0.0.0/99", "--Oidc:Authority", "issuer"));

        Assert.Equal(
            [
                "Edge:AllowedOrigins: 'https://panel.example/path' is not an origin like https://panel.example",
                "Edge:AllowedOrigins: 'panel' is not an origin like https://panel.example",
                "Edge:Burst must be 1 to 1000000",
                "Edge:RequestsPerSecond must be 1 to 1000000",
                "Edge:TrustedProxies: '10.0.0.0/99' is neither an address nor a network like 10.0.0.0/8",
                "Oidc:Authority must be an http or https address",
            ],
            Mistakes.Of(failure).Order(StringComparer.Ordinal));
    }
}
