using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MailStats.Api.Tests;

/// <summary>
/// <c>gateway/openapi.v1.json</c> is what the running services say of themselves; clients are generated from it. After a
/// change of the API write it anew: <c>MAILSTATS_WRITE_OPENAPI=1 dotnet test tests/MailStats.Api.Tests --filter DocumentTests</c>.
/// </summary>
public sealed partial class DocumentTests
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true, NewLine = "\n" };

    [Fact]
    public async Task The_committed_document_is_what_the_services_serve()
    {
        var path = Repository.File("gateway", "openapi.v1.json");
        var served = (await ServedAsync()).ToJsonString(_indented) + "\n";

        if (Environment.GetEnvironmentVariable("MAILSTATS_WRITE_OPENAPI") == "1")
        {
            await File.WriteAllTextAsync(path, served);
        }

        Assert.True(
            await File.ReadAllTextAsync(path) == served,
                "gateway/openapi.v1.json is stale: MAILSTATS_WRITE_OPENAPI=1 dotnet test tests/MailStats.Api.Tests "
                + "--filter DocumentTests");
    }

    [Fact]
    public async Task Every_operation_is_described()
    {
        var document = await ServedAsync();
        var missing = new List<string>();
        var names = new HashSet<string>();

        Assert.StartsWith("3.1", document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);

        foreach (var (path, method, operation) in Operations(document))
        {
            var name = $"{method} {path}";

            Check(name, "a name of its own", operation["operationId"] is { } id && names.Add(id.GetValue<string>()));
            Check(name, "a summary", Has(operation["summary"]));
            Check(name, "a description", Has(operation["description"]));
            Check(name, "a tag", operation["tags"] is JsonArray { Count: > 0 });

            foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
            {
                Check(name, $"a description of {parameter!["name"]}", Has(parameter["description"]));
            }

            var responses = operation["responses"]!.AsObject();
            Check(name, "an answer that is no error", responses.Any(response => response.Key[0] is '2' or '3' or '1'));
            Check(name, "401", responses.ContainsKey("401"));
            Check(name, "403", responses.ContainsKey("403"));
            Check(name, "429", responses.ContainsKey("429"));

            foreach (var (status, response) in responses.Where(response => response.Key[0] is '4' or '5'))
            {
                Check(name, $"a problem for {status}", response!["content"]?["application/problem+json"]?["schema"] is not null);
            }
        }

        foreach (var (name, schema) in document["components"]!["schemas"]!.AsObject())
        {
            // Any JSON has no type of its own.
            foreach (var (field, value) in schema!["properties"]?.AsObject() ?? [])
            {
                Check(name, $"an example of {field}", !IsPlain(value!.AsObject()) || value!["example"] is not null || value["examples"] is not null);
            }

            Check(
                name, "a type",
                name == "JsonElement"
                    || schema!["type"] is not null
                    || schema["oneOf"] is not null
                    || schema["anyOf"] is not null
                    || schema["$ref"] is not null);
        }

        Assert.True(missing.Count == 0, string.Join('\n', missing));

        void Check(string where, string what, bool present)
        {
            if (!present)
            {
                missing.Add($"{where} lacks {what}");
            }
        }
    }

    /// <summary>A reference in a comment becomes <c>string? SubmittedEvent.Reply</c>, which means nothing to who reads the document.</summary>
    [Fact]
    public async Task Fields_are_called_as_they_are_on_the_wire()
    {
        var descriptions = Described(await ServedAsync()).ToList();

        Assert.True(descriptions.Count > 500);
        Assert.DoesNotContain(descriptions, MemberName().IsMatch);
    }

    internal static IEnumerable<(string Path, string Method, JsonObject Operation)> Operations(JsonNode document) =>
        from path in document["paths"]!.AsObject()
        from method in path.Value!.AsObject()
        select (path.Key, method.Key.ToUpperInvariant(), method.Value!.AsObject());

    // Words of an enumeration, flags and times explain themselves, and what is made of fields does by them.
    private static bool IsPlain(JsonObject schema) =>
        DocumentedOperation.Types(schema) is { Count: > 0 } types
        && !types.Any(type => type is "boolean" or "array" or "object")
        && schema["enum"] is null
        && schema["format"]?.GetValue<string>() != "date-time";

    private static IEnumerable<string> Described(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field =>
            field is { Key: "description", Value: JsonValue text } && text.TryGetValue<string>(out var described) ? [described] : Described(field.Value)),
        JsonArray items => items.SelectMany(Described),
        _ => [],
    };

    [GeneratedRegex(@"[\w>?\]] [A-Z][A-Za-z]+\.[A-Z]\w+")]
    private static partial Regex MemberName();

    private static bool Has(JsonNode? text) => text?.GetValue<string>() is { Length: > 0 };

    private static async Task<JsonNode> ServedAsync()
    {
        await using var app = await ApiApp.StartAsync();
        using var client = new HttpClient { BaseAddress = app.Address };

        return JsonNode.Parse(await client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))!;
    }
}
