using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MailStats.Api.Tests;

/// <summary>An operation of the OpenAPI document, for tests that call every one of them.</summary>
internal sealed partial record DocumentedOperation(string Path, string Method, string Id, JsonObject Content, JsonObject Document)
{
    private static readonly string Yesterday = TimeProvider.System.GetUtcNow().AddDays(-1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static readonly Dictionary<string, string> _samples = new(StringComparer.Ordinal)
    {
        ["id"] = "zebra",
        ["timeZone"] = "Europe/Berlin",
        ["domain"] = "zebra.example",
        ["sender"] = "news@zebra.example",
        ["recipient"] = "ann@zebra.test",
        ["address"] = "ann@zebra.test",
        ["scopes"] = "read",
        ["server"] = "127.0.0.1:1",
        ["documentation"] = "https://zebra.example/bounces",
        ["expiresAt"] = "2099-12-31T23:59:59Z",
        ["occurredAt"] = Yesterday,
        ["acceptedAt"] = Yesterday,
    };

    public static async Task<IReadOnlyList<DocumentedOperation>> ReadAsync(ApiApp app)
    {
        using var client = new HttpClient { BaseAddress = app.Address };
        var document = JsonNode.Parse(await client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))!.AsObject();

        return
        [
            .. DocumentTests.Operations(document).Select(operation => new DocumentedOperation(
                operation.Path, operation.Method, operation.Operation["operationId"]!.GetValue<string>(), operation.Operation, document)),
        ];
    }

    public IEnumerable<(string Name, string In, JsonObject Schema)> Parameters =>
        from parameter in Content["parameters"]?.AsArray() ?? []
        select (parameter["name"]!.GetValue<string>(), parameter["in"]!.GetValue<string>(), Resolve(parameter["schema"]!));

    /// <summary>Content types of the body with their schemas; empty where there is no body.</summary>
    public IEnumerable<(string Type, JsonObject Schema)> Bodies =>
        from content in Content["requestBody"]?["content"]?.AsObject() ?? []
        select (content.Key, Resolve(content.Value!["schema"] ?? new JsonObject()));

    /// <summary>The type of the body that <see cref="Request"/> makes.</summary>
    public string BodyType => Bodies.Select(body => body.Type).FirstOrDefault() ?? "application/json";

    public string Tag => Content["tags"]![0]!.GetValue<string>();

    /// <summary>Statuses of errors, ascending.</summary>
    public IReadOnlyList<int> Errors =>
    [
        .. Content["responses"]!.AsObject()
            .Select(response => int.TryParse(response.Key, CultureInfo.InvariantCulture, out var status) ? status : 0)
            .Where(status => status >= 400)
            .Order(),
    ];

    public bool Documents(int status) => Content["responses"]!.AsObject().ContainsKey($"{status}");

    /// <summary>Whether an answer of this status has this header.</summary>
    public bool Tells(int status, string header) => Content["responses"]?[$"{status}"]?["headers"]?[header] is not null;

    /// <summary>Whether an answer of this status may be of this type; errors may always be problems.</summary>
    public bool Answers(int status, string type) =>
        type == "application/problem+json" || (Content["responses"]?[$"{status}"]?["content"]?.AsObject().ContainsKey(type) ?? false);

    /// <summary>The schema of an answer's JSON; null where it is none, or not documented.</summary>
    public JsonNode? SchemaOf(Answer answer) => answer.Type.EndsWith("json", StringComparison.Ordinal)
        ? Content["responses"]?[$"{answer.Status}"]?["content"]?[answer.Type]?["schema"]
        : null;

    /// <summary>What of an answer's body is not as its schema says.</summary>
    public IReadOnlyList<string> MistakesOf(Answer answer) =>
        SchemaOf(answer) is { } schema ? new SchemaCheck(Document).Mistakes(JsonNode.Parse(answer.Body), schema) : [];

    /// <summary>A call that means what is not there, with a body and the wanted parameters as the document describes them.</summary>
    public HttpRequestMessage Request(string? query = null)
    {
        var wanted = string.Join('&', WantedQuery.Select(name => $"{name}=nothing"));
        var path = PathParameter().Replace(Path, "nothing");
        var body = Bodies.Select(body => Sample(body.Schema, "", name => _samples.GetValueOrDefault(name))).FirstOrDefault();

        return new HttpRequestMessage(new HttpMethod(Method), new Uri($"{path}?{query ?? wanted}".TrimEnd('?'), UriKind.Relative))
        {
            Content = body is null ? null : Body(BodyType == "application/json" ? body.ToJsonString() : body.ToString()),
        };
    }

    /// <summary>A body of the operation's type.</summary>
    public StringContent Body(string text) => new(text, Encoding.UTF8, BodyType);

    /// <summary>Every parameter of the query at once, each with a value that it cannot have; nothing where one is wanted.</summary>
    public string WrongQuery() => WantedQuery.Any() ? "" : string.Join('&', Queried.Select(name => $"{name}=%00"));

    /// <summary>Names of the parameters in the query.</summary>
    public IEnumerable<string> Queried => Parameters.Where(parameter => parameter.In == "query").Select(parameter => parameter.Name);

    private IEnumerable<string> WantedQuery =>
        from parameter in Content["parameters"]?.AsArray() ?? []
        where parameter["in"]!.GetValue<string>() == "query" && parameter["required"]?.GetValue<bool>() == true
        select parameter["name"]!.GetValue<string>();

    public JsonObject Resolve(JsonNode schema)
    {
        if (schema["$ref"]?.GetValue<string>() is { } reference)
        {
            return Resolve(Document["components"]!["schemas"]![reference.Split('/')[^1]]!);
        }

        if (schema["oneOf"] is JsonArray { Count: > 0 } choices)
        {
            return Resolve(choices.Last()!);
        }

        return schema.AsObject();
    }

    public static IReadOnlyList<string> Types(JsonObject schema) => schema["type"] switch
    {
        JsonArray types => [.. types.Select(type => type!.GetValue<string>())],
        JsonValue type => [type.GetValue<string>()],
        _ => schema["properties"] is null ? [] : ["object"],
    };

    /// <summary>A value that the schema allows.</summary>
    public JsonNode? Sample(JsonObject schema, string name, Func<string, string?> text, int depth = 0)
    {
        var types = Types(schema);

        if (schema["enum"] is JsonArray { Count: > 0 } words)
        {
            return words.Last()!.DeepClone();
        }

        if (types.Contains("array") && depth < 6)
        {
            return new JsonArray(Sample(Resolve(schema["items"] ?? new JsonObject()), name, text, depth + 1));
        }

        if (types.Contains("object") && depth < 6)
        {
            var sample = new JsonObject();

            foreach (var (property, value) in schema["properties"]?.AsObject() ?? [])
            {
                sample[property] = Sample(Resolve(value!), property, text, depth + 1);
            }

            return sample;
        }

        if (types.Contains("integer") || types.Contains("number"))
        {
            return schema["minimum"]?.DeepClone() ?? 250;
        }

        if (types.Contains("boolean"))
        {
            return true;
        }

        return text(name) is { } known
            ? JsonValue.Create(known)
            : (schema["examples"] as JsonArray)?.FirstOrDefault()?.DeepClone() ?? JsonValue.Create("zebra");
    }

    [GeneratedRegex(@"\{\w+[^}]*\}")]
    private static partial Regex PathParameter();
}
