using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MailStats.Api.Tests;

/// <summary>What the API says no to, and how.</summary>
public sealed partial class RefusalTests
{
    private static readonly string[] _scopes = ["ingest", "ingest-all", "read", "admin", "operator"];

    [Fact]
    public async Task Every_operation_wants_a_key_with_its_scope()
    {
        await using var app = await ApiApp.StartAsync();
        using var nobody = new HttpClient { BaseAddress = app.Address };
        using var wrong = new HttpClient { BaseAddress = app.Address };
        wrong.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "ms_nothing");
        var clients = new Dictionary<string, HttpClient>();

        foreach (var scope in _scopes)
        {
            clients[scope] = await app.ClientAsync($"only-{scope}", scope);
        }

        foreach (var operation in await DocumentedOperation.ReadAsync(app))
        {
            var path = PathParameter().Replace(operation.Path, "x");

            if (operation.Id == "postWebhook")
            {
                // Providers have no key: an address that nobody could guess is told nothing but that it is not there.
                Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(nobody, operation, path));
                continue;
            }

            Assert.Equal((operation.Id, HttpStatusCode.Unauthorized), (operation.Id, await StatusAsync(nobody, operation, path)));
            Assert.Equal((operation.Id, HttpStatusCode.Unauthorized), (operation.Id, await StatusAsync(wrong, operation, path)));

            var allowed = new List<string>();

            foreach (var (scope, client) in clients)
            {
                if (await StatusAsync(client, operation, path) != HttpStatusCode.Forbidden)
                {
                    allowed.Add(scope);
                }
            }

            // ingest-all stands beside ingest, and a reporter may ask for the quota; what administers belongs to one scope.
            Assert.True(
                allowed.Count == 1 || allowed.TrueForAll(scope => scope is "ingest" or "ingest-all" or "read"),
                $"{operation.Id} is open to {string.Join(", ", allowed)}");
        }

        foreach (var client in clients.Values)
        {
            client.Dispose();
        }
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", 404)]
    [InlineData("DELETE", "/v1/overview", 405)]
    [InlineData("GET", "/v1/overview?period=%ff%fe", 400)]
    [InlineData("GET", "/v1/overview?timeZone=%c0%ae%c0%ae/passwd", 400)]
    [InlineData("GET", "/v1/overview?timeZone=..%2f..%2fetc%2fpasswd", 400)]
    [InlineData("GET", "/v1/overview?domain=%00", 400)]
    [InlineData("GET", "/v1/overview?period=today%0d%0aX-Evil:%201", 400)]
    [InlineData("GET", "/v1/timeline?from=2016-01-01&to=2026-01-01&interval=quarter-hour", 400)]
    [InlineData("GET", "/v1/activities?cursor=AAAA", 400)]
    [InlineData("GET", "/v1/deliveries?cursor=AAAA", 400)]
    [InlineData("GET", "/v1/deliveries?search=%22open", 400)]
    [InlineData("GET", "/v1/deliveries?search=sbject:order", 400)]
    [InlineData("GET", "/v1/deliveries?search=*", 400)]
    [InlineData("GET", "/v1/deliveries?search=to:", 400)]
    [InlineData("GET", "/v1/deliveries?ip=nowhere", 400)]
    [InlineData("GET", "/v1/deliveries?tag=", 400)]
    [InlineData("GET", "/v1/deliveries?status=nothing", 400)]
    [InlineData("GET", "/v1/deliveries?limit=501", 400)]
    [InlineData("GET", "/v1/error-events.csv?search=%22open", 400)]
    [InlineData("GET", "/v1/activities?cursor=", 400)]
    [InlineData("GET", "/v1/activities?cursor=%F0%9F%98%80", 400)]
    [InlineData("GET", "/v1/admin/audit?cursor=01a1ff9b39097d839fdf1e39fccc589a", 400)]
    [InlineData("GET", "/v1/domains/..%2f..%2fadmin", 400)]
    [InlineData("GET", "/v1/domains/%2e%2e/mailboxes", 404)]
    [InlineData("GET", "/v1/domains/a%20b", 400)]
    public async Task What_is_wrong_is_a_problem(string method, string path, int status)
    {
        await using var app = await ApiApp.StartAsync();
        using var client = await app.ClientAsync("shop", "read", "admin");
        using var request = new HttpRequestMessage(
            new HttpMethod(method),
            new Uri(
                app.Address.GetLeftPart(UriPartial.Authority) + path,
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();

        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode} {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(status, JsonNode.Parse(text)!["status"]!.GetValue<int>());
        Assert.False(response.Headers.Contains("X-Evil"));
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json", "{", 400)]
    [InlineData("application/json", "", 400)]
    [InlineData("application/json", "null", 400)]
    [InlineData("application/json", "[]", 400)]
    [InlineData("application/json", "{\"name\":\"\\ud800\",\"scopes\":[\"read\"]}", 400)]
    [InlineData("text/plain", "{}", 415)]
    [InlineData("application/xml", "<a/>", 415)]
    public async Task A_body_that_cannot_be_read_is_a_problem(string type, string body, int status)
    {
        await using var app = await ApiApp.StartAsync();
        using var client = await app.ClientAsync("shop", "admin");
        using var content = new StringContent(body, new MediaTypeHeaderValue(type));
        using var response = await client.PostAsync(new Uri("/v1/admin/keys", UriKind.Relative), content);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_body_that_is_no_UTF8_is_refused()
    {
        await using var app = await ApiApp.StartAsync();
        using var client = await app.ClientAsync("shop", "admin");
        using var content = new ByteArrayContent([.. "{\"name\":\""u8, 0xff, 0xfe, .. "\",\"scopes\":[\"read\"]}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await client.PostAsync(new Uri("/v1/admin/keys", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("GET /v1/overview?x={0} HTTP/1.1\r\nHost: x\r\n\r\n", 20_000, "414")]
    [InlineData("GET /v1/overview HTTP/1.1\r\nHost: x\r\nX-Long: {0}\r\n\r\n", 60_000, "431")]
    [InlineData("GET /v1/overview HTTP/1.1\r\nHost: x\r\nBad Header: {0}\r\n\r\n", 1, "400")]
    [InlineData("GET /v1/../../etc/passwd{0} HTTP/1.1\r\nHost: x\r\n\r\n", 1, "404")]
    [InlineData("POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: -1{0}\r\n\r\n", 1, "400")]
    [InlineData("POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked{0}\r\n\r\n", 1, "4")]
    public async Task What_is_no_request_is_refused_by_the_server(string form, int length, string status)
    {
        await using var app = await ApiApp.StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(app.Address.Host, app.Address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(form.Replace("{0}", new string('a', length), StringComparison.Ordinal)));
        using var reader = new StreamReader(stream);

        Assert.StartsWith($"HTTP/1.1 {status}", await reader.ReadLineAsync(), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, DocumentedOperation operation, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), new Uri(path, UriKind.Relative));

        if (operation.Bodies.Any())
        {
            request.Content = operation.Body("7");
        }

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        return response.StatusCode;
    }

    [GeneratedRegex(@"\{\w+[^}]*\}")]
    private static partial Regex PathParameter();
}
