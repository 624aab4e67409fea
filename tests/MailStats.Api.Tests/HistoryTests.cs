using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MailStats.Api.Tests;

/// <summary>
/// The same events give the same answers, however a client cuts its requests and orders them: two processes hear the same
/// random histories, with equal times and ids that come again with other content, and every call that reads is compared byte
/// for byte. <c>MAILSTATS_HISTORIES=2000 MAILSTATS_HISTORY_SEED=7</c> tries more, and others.
/// </summary>
public sealed partial class HistoryTests
{
    private const int DefaultHistories = 300;
    private const int DefaultSeed = 20261129;

    /// <summary>Past it no further history is begun: what a busy machine does not get to, a quiet one does.</summary>
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(50);

    /// <summary>Streams, and what is of the process or the key and not of the mail.</summary>
    private static readonly string[] NotOfMail =
    [
        "getLive", "getAudit", "listKeys", "listDomains", "listTenants", "getTenant", "getTenantById", "getCaller", "listWebhookSources",
        "getWebhookTraffic", "getPolicySelfTest", "getPolicyStatus", "getPendingCollection", "getCollections", "getIncident", "listQuotasOfTenant",
    ];

    private static readonly string[] Lists = ["activities", "deliveries", "error-events"];

    [Fact]
    public async Task Every_split_and_order_of_a_history_gives_the_same_answers()
    {
        await using var whole = await StartAsync();
        await using var split = await StartAsync();
        var operations = await OfMailAsync(whole);
        var seed = Setting("MAILSTATS_HISTORY_SEED", DefaultSeed);
        var (tried, compared, clock) = (0, 0, Stopwatch.StartNew());

        for (; tried < Setting("MAILSTATS_HISTORIES", DefaultHistories) && clock.Elapsed < Enough; tried++)
        {
            var random = new Random(seed + tried);
            var history = RandomHistory.Of(random);
            var cut = RandomHistory.Cut(history, random);
            var (answers, different) = await CompareAsync(whole, split, $"t{tried}", history, cut, operations, random);
            compared += answers;

            if (different is not null)
            {
                Assert.Fail($"Seed {seed + tried}, {different}\n{string.Join("\n|\n", cut.Select(request => string.Join('\n', request)))}");
            }
        }

        Assert.True(tried > 5 && compared > 100, $"only {tried} histories and {compared} answers were compared");
    }

    [Fact]
    public async Task A_history_that_lacks_one_event_of_many_gives_other_answers()
    {
        await using var whole = await StartAsync();
        await using var other = await StartAsync();
        var operations = await OfMailAsync(whole);
        var told = 0;

        for (var number = 0; number < 8; number++)
        {
            var random = new Random(number);
            var history = RandomHistory.Of(random);
            told += (await CompareAsync(whole, other, $"t{number}", history, [history[..^1]], operations, random)).Different is null ? 0 : 1;
        }

        // An event may say what another says as well.
        Assert.InRange(told, 4, 8);
    }

    private static async Task<DocumentedOperation[]> OfMailAsync(ApiApp app) =>
        [.. (await DocumentedOperation.ReadAsync(app)).Where(operation => operation.Method == "GET" && !NotOfMail.Contains(operation.Id))];

    /// <summary>Answers that were compared, and the first that differs.</summary>
    private static async Task<(int Answers, string? Different)> CompareAsync(
        ApiApp whole, ApiApp split, string tenant, List<string> history, IReadOnlyList<IReadOnlyList<string>> cut, DocumentedOperation[] operations,
        Random random)
    {
        using var one = await whole.ClientAsync(tenant, "ingest", "read", "admin");
        using var other = await split.ClientAsync(tenant, "ingest", "read", "admin");
        await SendAsync(one, [history]);
        await SendAsync(other, cut);
        var answers = 0;

        foreach (var path in await PathsAsync(operations, one, random))
        {
            var (expected, actual) = (await AnswerAsync(one, path), await AnswerAsync(other, path));
            answers++;

            if (expected != actual)
            {
                return (answers, $"{path}\n{expected}\n{actual}");
            }
        }

        return (answers, null);
    }

    private static Task<ApiApp> StartAsync() => ApiApp.StartAsync(
        host => host.Builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new FixedTime())),
        // What is accepted has been applied.
        "--Ingest:JournalAfter=00:01:00");

    private static async Task SendAsync(HttpClient client, IReadOnlyList<IReadOnlyList<string>> requests)
    {
        foreach (var request in requests)
        {
            using var content = new StringContent($"[{string.Join(',', request)}]", Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("/v1/events", UriKind.Relative), content);
            Assert.True((int)answer.StatusCode is 202 or 207, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
    }

    /// <summary>Every call that reads, plainly and with some of its documented choices; each delivery; the lists page by page.</summary>
    private static async Task<IReadOnlyList<string>> PathsAsync(DocumentedOperation[] operations, HttpClient client, Random random)
    {
        var paths = new List<string>();
        var deliveries = JsonNode.Parse(await client.GetStringAsync(new Uri("/v1/deliveries?period=last-7-days&limit=100", UriKind.Relative)))!;

        foreach (var operation in operations)
        {
            if (operation.Id == "getDelivery")
            {
                paths.AddRange(deliveries["items"]!.AsArray().Select(delivery => $"/v1/deliveries/{delivery!["id"]}"));

                continue;
            }

            var path = operation.Path.Replace("{domain}", "shop.example", StringComparison.Ordinal);
            var queried = operation.Queried.ToHashSet(StringComparer.Ordinal);
            List<string> query = queried.Contains("period") ? ["period=last-7-days"] : [];

            if (operation.Id == "exportMailboxes")
            {
                query.Add("domain=shop.example");
            }

            paths.Add($"{path}?{string.Join('&', query)}");
            query.AddRange(operation.Parameters.Where(parameter => parameter.In == "query" && random.Next(2) == 0)
                .Select(parameter => (parameter.Name, Value: ValueOf(operation, parameter.Name, parameter.Schema, random)))
                .Where(parameter => parameter.Value is not null && !query.Exists(known => known.StartsWith(parameter.Name + "=", StringComparison.Ordinal)))
                .Select(parameter => $"{parameter.Name}={parameter.Value}"));
            paths.Add($"{path}?{string.Join('&', query)}");
        }

        paths.AddRange(Lists.Select(list => $"/v1/{list}?period=last-7-days&limit={random.Next(1, 3)}&pages"));

        return paths;
    }

    private static string? ValueOf(DocumentedOperation operation, string name, JsonObject schema, Random random)
    {
        var items = DocumentedOperation.Types(schema).Contains("array") ? operation.Resolve(schema["items"]!) : schema;

        return name switch
        {
            "search" => random.Next(3) switch { 0 => "ann", 1 => "from:news@shop.example", _ => "\"no%20such%20user\"" },
            "domain" => random.Next(2) == 0 ? "shop.example" : "other.example",
            "tag" => "tag0",
            "ip" => "192.0.2.1",
            "limit" => "1",
            _ when name != "period" && items["enum"] is JsonArray { Count: > 0 } words => $"{words[random.Next(words.Count)]}",
            _ when DocumentedOperation.Types(items).Contains("boolean") => random.Next(2) == 0 ? "true" : "false",
            _ => null,
        };
    }

    /// <summary>Status and body; of a list with <c>pages</c>, the items of all pages.</summary>
    private static async Task<string> AnswerAsync(HttpClient client, string path)
    {
        var text = new StringBuilder();
        string? cursor = null;

        do
        {
            using var answer = await client.GetAsync(new Uri(cursor is null ? path : $"{path}&cursor={Uri.EscapeDataString(cursor)}", UriKind.Relative));
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            var isText = answer.Content.Headers.ContentType?.MediaType is not "application/vnd.apache.parquet";
            var body = isText ? Encoding.UTF8.GetString(bytes) : Convert.ToHexString(bytes);
            text.Append((int)answer.StatusCode).Append(' ').AppendLine(OfTheProcess().Replace(body, "$1…"));
            cursor = path.EndsWith("&pages", StringComparison.Ordinal) ? JsonNode.Parse(body)?["next"]?.GetValue<string>() : null;
        }
        while (cursor is not null);

        return text.ToString();
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var set) ? set : otherwise;

    // Cursors are sealed with a key of the process; a problem names the request.
    [GeneratedRegex("""("next":"|"traceId":")[^"]+""")]
    private static partial Regex OfTheProcess();

    /// <summary>The day after all that happens.</summary>
    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);
    }
}
