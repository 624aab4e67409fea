using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace MailStats.Api.Tests;

/// <summary>
/// Requests made of the OpenAPI document and of everything that has ever broken a parser. Whatever comes, the answer is in
/// time, is no 5xx, is one the operation documents, and is a problem when it is an error.
/// <c>MAILSTATS_FUZZ_REQUESTS=10000 MAILSTATS_FUZZ_SEED=7 dotnet test tests/MailStats.Api.Tests --filter FuzzTests</c> runs more, and others.
/// </summary>
public sealed class FuzzTests
{
    private const int DefaultRequests = 1_000;
    private const int DefaultSeed = 20260331;

    private static readonly string[] _nasty =
    [
        "", " ", "0", "-1", "1", "2147483648", "9223372036854775808", "1e999", "NaN", "true", "null", "undefined", "[]", "{}", "'", "\"", "\\", "%", "%25",
        "' OR 1=1 --", "1; DROP TABLE deliveries", "../../etc/passwd", "..%2f..%2f", "/etc/passwd",
        "C:\\windows", "\0", "a\0b", "\r\nX-Evil: 1", "\u202e", "\ud83d\ude00",
        "İ", "ß", "ﬀ", "\u0301\u0301\u0301", "xn--", "xn--a", "a..b", ".", "..", "-", "@", "a@", "@b", "a@b@c", "a@[127.0.0.1]", "\"a b\"@c.example",
        "today", "last-7-days", "2026-02-30", "0001-01-01", "9999-12-31", "2026-03-01T00:00:00Z",
        "2026-03-01T00:07:00Z", "2026-03-29T02:30:00+01:00", "0001-01-01T00:00:00+14:00",
        "Europe/Berlin", "Pacific/Apia", "Factory", "posixrules", "hour", "day", "quarter-hour",
        "cumulative", "softBounced", "550", "shop.example", "news@shop.example",
        "${jndi:ldap://x}", "{{7*7}}", "<script>alert(1)</script>", "=1+1", "*", "%_%", "\ufeff", "\uffff",
    ];

    private static readonly string[] _rawQueries = ["%", "%%", "%zz", "%00", "%ff%fe", "%c0%ae", "&&&", "=", "?", "#", "%0d%0a", ";", "[]=1", "a[b]=c"];

    private static readonly string[] _rawBodies =
    [
        "", "{", "[", "\"", "nul", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "{\"a\":",
        "[1,]", "{\"a\":1e999}", "\ufeff{}", "\"\\ud800\"", "{\"name\":\"\\ud800\"}", "[null]", "[[]]", "7", "true",
    ];

    [Fact]
    public async Task Whatever_is_asked_is_answered_as_documented()
    {
        await using var app = await ApiApp.StartAsync();
        using var client = await app.ClientAsync("shop", "ingest", "read", "admin", "operator");
        client.Timeout = TimeSpan.FromSeconds(30);
        var operations = (await DocumentedOperation.ReadAsync(app)).Where(operation => operation.Id != "getLive").ToArray();
        var requests = Setting("MAILSTATS_FUZZ_REQUESTS", DefaultRequests);
        var random = new Random(Setting("MAILSTATS_FUZZ_SEED", DefaultSeed));
        var failures = new List<string>();

        for (var i = 0; i < requests && failures.Count < 20; i++)
        {
            var operation = operations[random.Next(operations.Length)];
            using var request = Make(random, operation, app.Address);
            var content = request.Content is null ? "" : await request.Content.ReadAsStringAsync();
            var told = $"{request.Method} {request.RequestUri} {request.Content?.Headers.ContentType} {content}";
            using var response = await client.SendAsync(request);
            var status = (int)response.StatusCode;
            var type = response.Content.Headers.ContentType?.MediaType;

            // What the router or the server refuse before an operation is found belongs to no operation.
            var ofNone = status is 404 or 405 or 414 or 431 || (status == 400 && type is null);

            if (status >= 500
                || (status >= 400 && type is not null && !operation.Answers(status, type) && !ofNone)
                || (!operation.Documents(status) && !ofNone))
            {
                failures.Add($"{status} {type} for {(told.Length > 400 ? told[..400] : told)}\n   {await response.Content.ReadAsStringAsync()}");
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var set) ? set : otherwise;

    private static HttpRequestMessage Make(Random random, DocumentedOperation operation, Uri address)
    {
        var path = operation.Path;
        var query = new List<string>();
        var headers = new List<(string Name, string Value)>();

        foreach (var (name, place, schema) in operation.Parameters)
        {
            if (place == "path")
            {
                var value = random.Next(4) == 0 ? "shop.example" : Nasty(random);
                path = path.Replace($"{{{name}}}", Uri.EscapeDataString(WellFormed(value.Length == 0 ? "x" : value)), StringComparison.Ordinal);
            }
            else if (place == "query" && random.Next(3) == 0)
            {
                for (var times = random.Next(8) == 0 ? 2 : 1; times > 0; times--)
                {
                    query.Add($"{name}={Uri.EscapeDataString(WellFormed(Value(random, schema)))}");
                }
            }
            else if (place == "header" && random.Next(3) == 0)
            {
                headers.Add((name, new string([.. Nasty(random).Where(letter => letter is >= ' ' and < (char)127)])));
            }
        }

        if (random.Next(12) == 0)
        {
            query.Add(_rawQueries[random.Next(_rawQueries.Length)]);
        }

        var text = $"{address.GetLeftPart(UriPartial.Authority)}{path}{(query.Count > 0 ? "?" + string.Join('&', query) : "")}";
        var request = new HttpRequestMessage(
            new HttpMethod(operation.Method), new Uri(text, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var bodies = operation.Bodies.ToArray();

        if (bodies.Length > 0 && random.Next(20) > 0)
        {
            var (type, schema) = bodies[random.Next(bodies.Length)];
            var content = new ByteArrayContent(Body(random, operation, schema));
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(random.Next(15) == 0 ? "text/html" : type);
            request.Content = content;
        }

        return request;
    }

    private static string Value(Random random, JsonObject schema)
    {
        if (random.Next(2) == 0 && schema["enum"] is JsonArray words)
        {
            return words[random.Next(words.Count)]!.GetValue<string>();
        }

        return random.Next(3) == 0 && DocumentedOperation.Types(schema).Contains("integer")
            ? random.Next(-2, 600).ToString(CultureInfo.InvariantCulture)
            : Nasty(random);
    }

    private static string Nasty(Random random) => random.Next(40) switch
    {
        0 => new string('a', random.Next(1, 6_000)),
        1 => new string([.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => (char)random.Next(0xffff))]),
        2 => $"{random.Next(1980, 2110)}-{random.Next(0, 14):00}-{random.Next(0, 33):00}",
        _ => _nasty[random.Next(_nasty.Length)],
    };

    // Half of a surrogate pair has no place in an address: what .NET cannot encode it cannot send.
    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static byte[] Body(Random random, DocumentedOperation operation, JsonObject schema)
    {
        switch (random.Next(10))
        {
            case 0:
                return Encoding.UTF8.GetBytes(_rawBodies[random.Next(_rawBodies.Length)]);
            case 1:
                var bytes = new byte[random.Next(1, 200)];
                random.NextBytes(bytes);

                return bytes;
            default:
                return Encoding.UTF8.GetBytes(Node(random, operation, schema, 0)?.ToJsonString() ?? "null");
        }
    }

    private static JsonNode? Node(Random random, DocumentedOperation operation, JsonObject schema, int depth)
    {
        if (random.Next(8) == 0)
        {
            return random.Next(6) switch
            {
                0 => null,
                1 => random.Next(),
                2 => new JsonArray(),
                3 => new JsonObject { ["zebra"] = 1 },
                4 => long.MinValue,
                _ => WellFormed(Nasty(random)),
            };
        }

        if (schema["enum"] is JsonArray words && random.Next(3) > 0)
        {
            return words[random.Next(words.Count)]!.DeepClone();
        }

        var types = DocumentedOperation.Types(schema);

        if (types.Contains("array") && depth < 6)
        {
            return new JsonArray(
                [
                    .. Enumerable.Range(0, random.Next(4)).Select(
                        _ => Node(random, operation, operation.Resolve(schema["items"] ?? new JsonObject()), depth + 1)),
                ]);
        }

        if (types.Contains("object") && depth < 6)
        {
            var made = new JsonObject();

            foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
            {
                if (random.Next(3) > 0)
                {
                    made[name] = Node(random, operation, operation.Resolve(property!), depth + 1);
                }
            }

            return made;
        }

        return types.Contains("integer") || types.Contains("number") ? random.Next(-10, 1_000)
            : types.Contains("boolean") ? random.Next(2) == 0
            : JsonValue.Create(WellFormed(random.Next(3) == 0 ? TimeProvider.System.GetUtcNow().ToString("O") : Nasty(random)));
    }
}
