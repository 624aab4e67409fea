using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MailStats.Api.Tests;

/// <summary>What generators make clean clients of: names, closed sets, required fields, problems, headers. By kind, for every call there will be.</summary>
public sealed partial class DocumentShapeTests
{
    /// <summary>Alike in words and nothing else.</summary>
    private static readonly string[] _alike = ["BrakeMode", "SuppressionMode"];

    /// <summary>Parameters that are words of a set, in whichever call.</summary>
    private static readonly string[] _sets = ["period", "interval", "by", "status", "reason", "kind", "state", "cause", "window", "view", "periodOf"];

    [Fact]
    public async Task Every_enumeration_has_one_name()
    {
        var document = await ReadAsync();
        var schemas = document["components"]!["schemas"]!.AsObject();
        var named = schemas.Where(schema => schema.Value!["enum"] is not null).ToArray();

        Assert.True(named.Length > 30);
        Assert.Equal(named.Length, Nodes(document).Count(node => node["enum"] is not null));
        Assert.All(named, schema => Assert.Equal("string", schema.Value!["type"]!.GetValue<string>()));
        Assert.All(named, schema => Assert.All(schema.Value!["enum"]!.AsArray(), word => Assert.NotNull(word)));
        Assert.DoesNotContain(schemas, schema => NumberedName().IsMatch(schema.Key));

        var twice = named.Where(schema => !_alike.Contains(schema.Key))
            .GroupBy(schema => string.Join(' ', schema.Value!["enum"]!.AsArray().Select(word => $"{word}").Order(StringComparer.Ordinal)))
            .Where(same => same.Count() > 1)
            .Select(same => string.Join(", ", same.Select(schema => schema.Key)));

        Assert.Empty(twice);
    }

    /// <summary>What a field may say is not left to its description.</summary>
    [Fact]
    public async Task Closed_sets_are_enumerations()
    {
        var document = await ReadAsync();

        foreach (var (name, schema) in document["components"]!["schemas"]!.AsObject())
        {
            foreach (var (field, value) in schema!["properties"]?.AsObject() ?? [])
            {
                // "`a`, `b` or `c`", with or without more behind it.
                Assert.False(
                    DocumentedOperation.Types(value!.AsObject()).Contains("string") && ListedWords().IsMatch($"{value!["description"]}"),
                    $"{name}.{field}: {value!["description"]}");
            }
        }

        foreach (var (path, method, operation) in DocumentTests.Operations(document))
        {
            foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
            {
                var schema = parameter!["schema"]!;
                Assert.True(
                    !_sets.Contains(parameter["name"]!.GetValue<string>()) || (schema["items"] ?? schema)["$ref"] is not null,
                    $"{method} {path}: {parameter["name"]}");
            }
        }
    }

    [Fact]
    public async Task Reasons_are_those_of_the_classifier()
    {
        var document = await ReadAsync();
        var rules = File.ReadLines(Repository.File("services", "Classifier", "Files", "reasons.rules")).Where(line => ReasonName().IsMatch(line));

        Assert.Equal(rules, document["components"]!["schemas"]!["Reason"]!["enum"]!.AsArray().Select(word => $"{word}"));
    }

    /// <summary>A field of an answer that need not be there is left out rather than null, and one that may be null is always there.</summary>
    [Fact]
    public async Task Fields_of_answers_are_required_or_never_null()
    {
        var document = await ReadAsync();
        var operations = DocumentTests.Operations(document).Select(operation => operation.Operation).ToArray();
        var answered = Reached(operations.SelectMany(operation => operation["responses"]!.AsObject().Select(answer => answer.Value)), document);
        var sent = Reached(operations.Select(operation => operation["requestBody"]), document);
        var wrong = new List<string>();

        foreach (var name in answered)
        {
            var schema = document["components"]!["schemas"]![name]!;
            var required = schema["required"]?.AsArray().Select(field => $"{field}").ToHashSet() ?? [];

            foreach (var (field, value) in schema["properties"]?.AsObject() ?? [])
            {
                if (!required.Contains(field) && MayBeNull(value!))
                {
                    wrong.Add($"{name}.{field} may be absent and may be null");
                }

                if (!required.Contains(field) && sent.Contains(name))
                {
                    wrong.Add($"{name}.{field} may be absent in what is sent: the answer needs a type of its own");
                }
            }
        }

        Assert.True(answered.Count > 100);
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Every_error_is_a_problem_of_one_of_three_types()
    {
        var document = await ReadAsync();

        foreach (var (path, method, operation) in DocumentTests.Operations(document))
        {
            foreach (var (status, answer) in operation["responses"]!.AsObject().Where(answer => answer.Key[0] is '4' or '5'))
            {
                var type = $"{answer!["content"]!["application/problem+json"]!["schema"]!["$ref"]}".Split('/')[^1];
                var expected = (method, path, status) switch
                {
                    (_, "/v1/events", "400") => "IntakeProblem",
                    (_, "/v1/webhooks/{provider}/{source}", _) => "ProblemDetails",
                    (_, _, "400") => "HttpValidationProblemDetails",
                    _ => "ProblemDetails",
                };

                Assert.True(type == expected, $"{method} {path} {status}: {type}");
            }
        }
    }

    [Fact]
    public async Task It_says_under_which_licence_it_stands_and_what_stays()
    {
        var info = (await ReadAsync())["info"]!;

        Assert.Equal("Apache-2.0", $"{info["license"]!["identifier"]}");
        Assert.Contains("What stays within v1", $"{info["description"]}", StringComparison.Ordinal);
    }

    /// <summary>How it is kept and built is nothing to those who call.</summary>
    [Fact]
    public async Task No_description_tells_of_the_inside()
    {
        var told = Nodes(await ReadAsync()).Select(node => node["description"] is JsonValue text ? $"{text}" : "").Where(text => InnerWords().IsMatch(text));

        Assert.Empty(told);
    }

    private static async Task<JsonObject> ReadAsync() => JsonNode.Parse(await File.ReadAllTextAsync(Repository.File("gateway", "openapi.v1.json")))!.AsObject();

    private static bool MayBeNull(JsonNode schema) =>
        DocumentedOperation.Types(schema.AsObject()).Contains("null") || (schema["oneOf"]?.AsArray().Any(choice => $"{choice!["type"]}" == "null") ?? false);

    private static IEnumerable<JsonObject> Nodes(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Nodes(field.Value)).Prepend(fields),
        JsonArray items => items.SelectMany(Nodes),
        _ => [],
    };

    private static HashSet<string> Reached(IEnumerable<JsonNode?> from, JsonObject document)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Stack<JsonNode?>(from);

        while (waiting.TryPop(out var node))
        {
            foreach (var name in Nodes(node).Select(inner => $"{inner["$ref"]}").Where(name => name.Contains("/schemas/", StringComparison.Ordinal)))
            {
                if (reached.Add(name.Split('/')[^1]))
                {
                    waiting.Push(document["components"]!["schemas"]![name.Split('/')[^1]]);
                }
            }
        }

        return reached;
    }

    [GeneratedRegex(@"\d$")]
    private static partial Regex NumberedName();

    [GeneratedRegex(@"^`[\w-]+`(, `[\w-]+`)* or `[\w-]+`")]
    private static partial Regex ListedWords();

    [GeneratedRegex("^[a-z_]+$")]
    private static partial Regex ReasonName();

    [GeneratedRegex(@"[Aa]ppend only|docs/\w+\.md|[Ss]tored as|MassTransit|RabbitMQ|SQLite|MongoDB|\bTODO\b|0 = |Unknown = |DESIGN")]
    private static partial Regex InnerWords();
}
