using System.Text.Json.Nodes;

namespace MailStats.Api.Tests;

/// <summary>Which fields of the OpenAPI document were null, and which were left out, in answers that were looked at.</summary>
internal sealed class SeenFields(JsonObject document)
{
    private readonly HashSet<string> _null = new(StringComparer.Ordinal);
    private readonly HashSet<string> _absent = new(StringComparer.Ordinal);
    private readonly HashSet<string> _types = new(StringComparer.Ordinal);

    public void Look(JsonNode? value, JsonNode schema)
    {
        if (Named(schema) is { } name)
        {
            Look(value, document["components"]!["schemas"]![name]!, name);
        }
        else if (schema["oneOf"] is JsonArray choices && value is not null)
        {
            Look(value, choices.First(choice => $"{choice!["type"]}" != "null")!);
        }
        else if (value is JsonArray items && schema["items"] is { } item)
        {
            foreach (var element in items)
            {
                Look(element, item);
            }
        }
    }

    /// <summary>What may be null or absent by the document, in types that were answered, and never was.</summary>
    public IEnumerable<string> Unseen() =>
        from name in _types
        let schema = document["components"]!["schemas"]![name]!
        let required = schema["required"]?.AsArray().Select(field => $"{field}").ToHashSet() ?? []
        from field in schema["properties"]!.AsObject()
        let place = $"{name}.{field.Key}"
        where required.Contains(field.Key) ? MayBeNull(field.Value!) && !_null.Contains(place) : !_absent.Contains(place)
        orderby place
        select place;

    private void Look(JsonNode? value, JsonNode schema, string name)
    {
        if (value is not JsonObject members || schema["properties"] is not JsonObject fields)
        {
            return;
        }

        _types.Add(name);

        foreach (var (field, described) in fields)
        {
            if (!members.TryGetPropertyValue(field, out var member))
            {
                _absent.Add($"{name}.{field}");
            }
            else if (member is null)
            {
                _null.Add($"{name}.{field}");
            }
            else
            {
                Look(member, described!);
            }
        }
    }

    private static string? Named(JsonNode schema) => schema["$ref"]?.GetValue<string>().Split('/')[^1];

    private static bool MayBeNull(JsonNode schema) =>
        DocumentedOperation.Types(schema.AsObject()).Contains("null") || (schema["oneOf"]?.AsArray().Any(choice => $"{choice!["type"]}" == "null") ?? false);
}
