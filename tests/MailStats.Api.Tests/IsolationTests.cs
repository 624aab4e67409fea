using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MailStats.Api.Tests;

/// <summary>
/// Two worlds: in one a tenant named zebra has one of everything (mail, incidents, brakes, a suppression list, keys, …), in the other
/// there is no such tenant.
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
        using var zebra = await FilledTenant.MakeAsync(with, "zebra");
        var named = await NamedAsync(zebra);
        using var there = await AntAsync(with);
        using var here = await AntAsync(without);
        var differences = new List<string>();
        var asked = 0;

        foreach (var operation in (await OperationsAsync(with)).OrderBy(operation => operation.Method == "GET" ? 0 : 1))
        {
            foreach (var request in Requests(operation, zebra, named))
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
        Assert.True(asked > 200, $"Only {asked} requests were made.");
    }

    /// <summary>Erasures of its addresses, withdrawn links, acknowledged incidents and released brakes among what is tried.</summary>
    [Fact]
    public async Task What_belongs_to_zebra_is_still_there_for_zebra()
    {
        await using var app = await ApiApp.StartAsync();
        using var zebra = await FilledTenant.MakeAsync(app, "zebra");
        var named = await NamedAsync(zebra);
        using var ant = await AntAsync(app);
        var operations = await OperationsAsync(app);
        var link = await LinkAsync(zebra, operations);
        var before = await SettledAsync(zebra, operations);

        foreach (var operation in operations.Where(operation => operation.Method != "GET"))
        {
            foreach (var request in Requests(operation, zebra, named))
            {
                await AnswerAsync(ant, request, operation);
            }
        }

        Assert.Equal(before, await SettledAsync(zebra, operations));
        using var page = await zebra.Client.GetAsync(link);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    /// <summary>A tenant with mail of its own, so that what it asks goes through to where mail is kept.</summary>
    private static async Task<HttpClient> AntAsync(ApiApp app)
    {
        var client = await app.ClientAsync("ant", "ingest", "read", "admin");
        var now = TimeProvider.System.GetUtcNow();
        var mail = new { @event = "delivered", occurredAt = now, messageKey = "ant", sender = "a@ant.example", recipient = "b@ant.test" };
        await AdministrationTests.SendAsync(client, HttpMethod.Post, "/v1/events", mail, HttpStatusCode.Accepted);
        await Eventually.HoldsAsync(
            async () => (await client.GetFromJsonAsync<JsonNode>("/v1/activities"))!["items"]!.AsArray().Count == 1, "ant's mail");

        return client;
    }

    /// <summary>
    /// All but posts of webhooks, whose address is the proof and which nobody else has, and the policy service's counts, which are of the process
    /// and so of all tenants.
    /// </summary>
    private static async Task<IReadOnlyList<DocumentedOperation>> OperationsAsync(ApiApp app) =>
        [.. (await DocumentedOperation.ReadAsync(app)).Where(operation => operation.Id is not ("postWebhook" or "getPolicyStatus"))];

    /// <summary>What zebra is told of itself when nothing is under way any more: the same twice.</summary>
    private static async Task<IReadOnlyList<string>> SettledAsync(FilledTenant zebra, IReadOnlyList<DocumentedOperation> operations)
    {
        IReadOnlyList<string> told = [];

        return await Eventually.IsAsync(
            async () =>
            {
                var earlier = told;
                told = await EverythingAsync(zebra, operations);

                return told.SequenceEqual(earlier) ? told : [];
            },
            same => same.Count > 0,
            "the same answers twice");
    }

    /// <summary>What zebra is told of itself, by every call that only reads.</summary>
    private static async Task<IReadOnlyList<string>> EverythingAsync(FilledTenant zebra, IReadOnlyList<DocumentedOperation> operations)
    {
        var told = new List<string>();

        // What an operator sees is of all tenants, and a stream has no end.
        foreach (var operation in operations.Where(operation => operation is { Method: "GET", Id: not ("getLive" or "listTenants") }))
        {
            using var request = zebra.Request(operation);
            using var answer = await zebra.Client.SendAsync(request);
            told.Add($"{operation.Id} {(int)answer.StatusCode} {Random().Replace(await answer.Content.ReadAsStringAsync(), "…")}");
        }

        return told;
    }

    private static async Task<Uri> LinkAsync(FilledTenant zebra, IReadOnlyList<DocumentedOperation> operations)
    {
        using var request = zebra.Request(operations.Single(operation => operation.Id == "makeDeliveryLink"));
        using var answer = await zebra.Client.SendAsync(request);
        answer.EnsureSuccessStatusCode();

        return new(new Uri((await answer.Content.ReadFromJsonAsync<JsonNode>())!["url"]!.GetValue<string>()).AbsolutePath, UriKind.Relative);
    }

    /// <summary>What of zebra's others might try to name beside the ids of what it has.</summary>
    private static async Task<Dictionary<string, string>> NamedAsync(FilledTenant zebra)
    {
        var activities = await Eventually.IsAsync(
            async () => (await zebra.Client.GetFromJsonAsync<JsonNode>("/v1/activities?limit=1"))!, page => page["next"] is not null, "a page of activities");

        return new(StringComparer.Ordinal)
        {
            ["mailbox"] = "news@shop.example",
            ["cursor"] = activities["next"]!.GetValue<string>(),
            ["search"] = "zebra",
            ["sender"] = "news@shop.example",
            ["recipient"] = "ann@example.net",
            ["messageKey"] = "m1",
            ["provider"] = "Gmail",
            ["login"] = "ann",
        };
    }

    private sealed record Asked(string Path, string? Body);

    private static IEnumerable<Asked> Requests(DocumentedOperation operation, FilledTenant zebra, Dictionary<string, string> named)
    {
        string? Of(string name) => named.GetValueOrDefault(name) ?? zebra.Find(operation, name);
        var path = PathParameter().Replace(
            operation.Path,
            match => Uri.EscapeDataString(zebra.Find(operation, match.Groups[1].Value) ?? named.GetValueOrDefault(match.Groups[1].Value, "zebra")));
        var queries = operation.Parameters.Where(parameter => parameter.In == "query" && Of(parameter.Name) is not null)
            .Select(parameter => parameter.Name)
            .ToArray();
        var body = operation.Bodies.Select(body => operation.Sample(body.Schema, "", Of)?.ToJsonString()).FirstOrDefault();

        yield return new Asked(path, body);

        foreach (var query in queries)
        {
            yield return new Asked($"{path}?{query}={Uri.EscapeDataString(Of(query)!)}", body);
        }

        if (queries.Length > 1)
        {
            yield return new Asked($"{path}?{string.Join('&', queries.Select(query => $"{query}={Uri.EscapeDataString(Of(query)!)}"))}", body);
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

        // Of the same rows as the text beside it, with ant's own times in bytes.
        if (response.Content.Headers.ContentType?.MediaType == "application/vnd.apache.parquet")
        {
            return $"{(int)response.StatusCode}";
        }

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
