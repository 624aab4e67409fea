using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MailStats.Api.Tests;

/// <summary>What of a value is not as its schema in the OpenAPI document says; as much of JSON Schema as the document uses.</summary>
internal sealed class SchemaCheck(JsonObject document)
{
    public IReadOnlyList<string> Mistakes(JsonNode? value, JsonNode schema) => [.. Check(value, schema, "$")];

    private IEnumerable<string> Check(JsonNode? value, JsonNode schema, string path)
    {
        if (schema["$ref"]?.GetValue<string>() is { } reference)
        {
            return Check(value, document["components"]!["schemas"]![reference.Split('/')[^1]]!, path);
        }

        if ((schema["oneOf"] ?? schema["anyOf"]) is JsonArray choices)
        {
            var tries = choices.Select(choice => Check(value, choice!, path).ToArray()).ToArray();

            return tries.Any(mistakes => mistakes.Length == 0) ? [] : tries[^1];
        }

        return CheckType(value, schema.AsObject(), path);
    }

    private IEnumerable<string> CheckType(JsonNode? value, JsonObject schema, string path)
    {
        var types = DocumentedOperation.Types(schema);
        var type = TypeOf(value);

        if (types.Count > 0 && !types.Contains(type) && !(type == "integer" && types.Contains("number")))
        {
            return [$"{path} is {type}, not {string.Join(" or ", types)}: {value?.ToJsonString() ?? "null"}"];
        }

        if (schema["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, value)))
        {
            return [$"{path} is none of {words.ToJsonString()}: {value?.ToJsonString() ?? "null"}"];
        }

        return value switch
        {
            JsonObject members => CheckMembers(members, schema, path),
            JsonArray items when schema["items"] is { } item => items.SelectMany((element, index) => Check(element, item, $"{path}[{index}]")),
            JsonValue when schema["format"]?.GetValue<string>() == "date-time" && type == "string"
                && !DateTimeOffset.TryParse(
                    value.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.None, out _) => [$"{path} is no time: {value}"],
            _ => [],
        };
    }

    private IEnumerable<string> CheckMembers(JsonObject members, JsonObject schema, string path)
    {
        var known = schema["properties"] as JsonObject ?? [];

        foreach (var wanted in schema["required"]?.AsArray() ?? [])
        {
            if (!members.ContainsKey(wanted!.GetValue<string>()))
            {
                yield return $"{path}.{wanted} is missing";
            }
        }

        foreach (var (name, member) in members)
        {
            if ((known[name] ?? schema["additionalProperties"]) is not { } described)
            {
                // A schema that tells nothing of its members allows any.
                if (known.Count > 0)
                {
                    yield return $"{path}.{name} is not documented";
                }
            }
            else
            {
                foreach (var mistake in Check(member, described, $"{path}.{name}"))
                {
                    yield return mistake;
                }
            }
        }
    }

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.AsValue().TryGetValue<JsonElement>(out var number) && number.TryGetInt64(out _) ? "integer" : "number",
        _ => "boolean",
    };
}
