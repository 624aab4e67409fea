using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MailStats.Api.Tests;

/// <summary>
/// Two worlds: in one a tenant named zebra has mail, keys, domains, users and limits, in the other there is no such tenant.
/// Another tenant asks every operation for everything of zebra's, in both worlds alike. It must be answered alike: then
/// nothing of zebra's can be seen, guessed or inferred, not even that there is a zebra.
/// </summary>
public sealed partial class IsolationTests
{
    [Fact]
    public async Task No_answer_tells_whether_another_tenant_exists()
    {
        await using var with = await ApiApp.StartAsync();
        await using var without = await ApiApp.StartAsync();
        var zebra = await FillAsync(with);
        using var there = await with.ClientAsync("ant", "ingest", "read", "admin");
        using var here = await without.ClientAsync("ant", "ingest", "read", "admin");
        var differences = new List<string>();
        var asked = 0;

        foreach (var operation in (await DocumentedOperation.ReadAsync(with)).OrderBy(operation => operation.Method == "GET" ? 0 : 1))
        {
            foreach (var request in Requests(operation, zebra))
            {
                var inOne = await AnswerAsync(there, request, operation);
                var inOther = await AnswerAsync(here, request, operation);
                asked++;

                if (inOne != inOther)
                {
                    differences.Add($"{operation.Method} {request.Path} {request.Body}\n  with:    {inOne}\n  without: {inOther}");
                }
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.True(asked > 60, $"Only {asked} requests were made.");
    }

    [Fact]
    public async Task What_belongs_to_zebra_is_still_there_for_zebra()
    {
        await using var app = await ApiApp.StartAsync();
        var zebra = await FillAsync(app);
        using var ant = await app.ClientAsync("ant", "ingest", "read", "admin");

        foreach (var operation in (await DocumentedOperation.ReadAsync(app)).Where(operation => operation.Method != "GET"))
        {
            foreach (var request in Requests(operation, zebra))
            {
                await AnswerAsync(ant, request, operation);
            }
        }

        using var client = await app.ClientAsync("zebra", "read", "admin");
        var keys = await client.GetStringAsync(new Uri("/v1/admin/keys", UriKind.Relative));
        var overview = (await client.GetFromJsonAsync<JsonNode>("/v1/overview"))!;

        Assert.Contains("zebra.example", await client.GetStringAsync(new Uri("/v1/admin/domains", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Contains("zebra-user", await client.GetStringAsync(new Uri("/v1/admin/users", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Null(JsonNode.Parse(keys)!["items"]!.AsArray().Single(key => key!["id"]!.GetValue<string>() == zebra["key"])!["revokedAt"]);
        Assert.Equal(3, overview["recipients"]!["value"]!.GetValue<int>());
    }

    /// <summary>Mail, a key, a domain, a user of zebra's; answers what others might try to name, by parameter.</summary>
    private static async Task<Dictionary<string, string>> FillAsync(ApiApp app)
    {
        using var admin = await app.ClientAsync("zebra", "ingest", "read", "admin");
        var now = TimeProvider.System.GetUtcNow();
        await AdministrationTests.SendAsync(
            admin,
            HttpMethod.Post,
            "/v1/events",
            new object[]
            {
                new
                {
                    @event = "delivered", occurredAt = now, messageKey = "zebra-1", sender = "news@zebra.example",
                    subject = "zebra", recipient = "ann@zebra.test", reply = "250 2.0.0 OK",
                },
                new
                {
                    @event = "bounced", occurredAt = now, messageKey = "zebra-2", sender = "news@zebra.example",
                    subject = "zebra", recipient = "bob@zebra.test", reply = "550 5.1.1 zebra unknown",
                },
                new
                {
                    @event = "deferred", occurredAt = now, messageKey = "zebra-3", sender = "news@zebra.example",
                    subject = "zebra", recipient = "cleo@zebra.test", reply = "451 4.7.1 zebra later",
                },
            },
            HttpStatusCode.Accepted);
        var key = await AdministrationTests.SendAsync(
            admin, HttpMethod.Post, "/v1/admin/keys", new { name = "zebra", scopes = new[] { "read" } }, HttpStatusCode.Created);
        await AdministrationTests.SendAsync(admin, HttpMethod.Post, "/v1/admin/domains", new { domain = "zebra.example" }, HttpStatusCode.OK);
        await AdministrationTests.SendAsync(admin, HttpMethod.Put, "/v1/admin/users/zebra-user", new { name = "zebra", role = "viewer" }, HttpStatusCode.OK);
        await AdministrationTests.SendAsync(admin, HttpMethod.Put, "/v1/admin/quotas", new { limit = 1000, domain = "zebra.example" }, HttpStatusCode.OK);

        var activities = await Eventually.IsAsync(
            async () => (await admin.GetFromJsonAsync<JsonNode>("/v1/activities?limit=1"))!, page => page["next"] is not null, "a page of activities");

        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["tenant"] = "zebra",
            ["domain"] = "zebra.example",
            ["mailbox"] = "news@zebra.example",
            ["key"] = key!["stored"]!["id"]!.GetValue<string>(),
            ["subject"] = "zebra-user",
            ["cursor"] = activities["next"]!.GetValue<string>(),
            ["search"] = "zebra",
            ["sender"] = "news@zebra.example",
            ["recipient"] = "ann@zebra.test",
            ["messageKey"] = "zebra-1",
            ["id"] = "zebra",
        };
    }

    private sealed record Asked(string Path, string? Body);

    private static IEnumerable<Asked> Requests(DocumentedOperation operation, Dictionary<string, string> zebra)
    {
        var path = PathParameter().Replace(operation.Path, match => Uri.EscapeDataString(zebra.GetValueOrDefault(match.Groups[1].Value, "zebra")));
        var queries = operation.Parameters.Where(parameter => parameter.In == "query" && zebra.ContainsKey(parameter.Name))
            .Select(parameter => parameter.Name)
            .ToArray();
        var body = operation.Bodies.Select(body => operation.Sample(body.Schema, "", zebra.GetValueOrDefault)?.ToJsonString()).FirstOrDefault();

        yield return new Asked(path, body);

        foreach (var query in queries)
        {
            yield return new Asked($"{path}?{query}={Uri.EscapeDataString(zebra[query])}", body);
        }

        if (queries.Length > 1)
        {
            yield return new Asked($"{path}?{string.Join('&', queries.Select(query => $"{query}={Uri.EscapeDataString(zebra[query])}"))}", body);
        }
    }

    private static async Task<string> AnswerAsync(HttpClient client, Asked asked, DocumentedOperation operation)
    {
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), new Uri(asked.Path, UriKind.Relative));

        if (asked.Body is not null)
        {
            request.Content = new StringContent(asked.Body, Encoding.UTF8, "application/json");
        }

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        // A stream has no end: its first message tells enough.
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var text = response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? await reader.ReadLineAsync() : await reader.ReadToEndAsync();

        return $"{(int)response.StatusCode} {Random().Replace(text ?? "", "…")}";
    }

    [GeneratedRegex(@"\{(\w+)[^}]*\}")]
    private static partial Regex PathParameter();

    // Times, ids, keys, proofs, hashes of addresses: different in any two runs.
    [GeneratedRegex(
        @"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)|\b[0-9a-f]{32}\b|\b[0-9a-f]{24}\b|\b[0-9a-f]{16}\b|(mst?|wh)_[\w-]+|127\.0\.0\.1:\d+|"
        + @"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-\d\d|"
        + @"[0-9a-f]{12}-\d+")]
    private static partial Regex Random();
}
