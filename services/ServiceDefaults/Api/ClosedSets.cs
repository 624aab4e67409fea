using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Gives every closed set of words one name in the OpenAPI document: what is described in place is moved to the components, and
/// a reference stands where it was. Without it, generators make a type of each place (<c>Period</c>, <c>Period2</c>, …).
/// </summary>
public static class ClosedSets
{
    private const string Named = "mailstats-set";

    /// <summary>A schema to be put where a word of the set is meant.</summary>
    public static OpenApiSchema SchemaOf(string name, IEnumerable<string> words)
    {
        var schema = new OpenApiSchema { Type = JsonSchemaType.String };
        Describe(schema, name, words);

        return schema;
    }

    /// <summary>Makes a schema of text one of the set's words.</summary>
    public static void Describe(OpenApiSchema schema, string name, IEnumerable<string> words)
    {
        schema.Enum = [.. words.Select(word => (JsonNode)JsonValue.Create(word))];
        (schema.Metadata ??= new Dictionary<string, object>())[Named] = name;
    }

    internal static void MoveToComponents(OpenApiDocument document)
    {
        var components = document.Components!.Schemas ??= new Dictionary<string, IOpenApiSchema>();

        foreach (var operation in document.Paths.Values.SelectMany(path => path.Operations?.Values.AsEnumerable() ?? []))
        {
            foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
            {
                parameter.Schema = Move(parameter.Schema, document);
            }

            foreach (var content in (operation.RequestBody?.Content?.Values ?? [])
                .Concat(operation.Responses?.Values.SelectMany(response => response.Content?.Values ?? []) ?? []))
            {
                content.Schema = Move(content.Schema, document);
            }
        }

        foreach (var component in components.Values.OfType<OpenApiSchema>().ToArray())
        {
            MoveChildren(component, document);
        }
    }

    private static IOpenApiSchema? Move(IOpenApiSchema? schema, OpenApiDocument document)
    {
        if (schema is not OpenApiSchema inline)
        {
            return schema;
        }

        MoveChildren(inline, document);

        return inline.Metadata?.TryGetValue(Named, out var name) == true ? ReferenceTo((string)name, inline, document) : inline;
    }

    private static void MoveChildren(OpenApiSchema schema, OpenApiDocument document)
    {
        schema.Items = Move(schema.Items, document);
        schema.AdditionalProperties = Move(schema.AdditionalProperties, document);

        foreach (var (name, property) in schema.Properties?.ToArray() ?? [])
        {
            schema.Properties![name] = Move(property, document)!;
        }

        foreach (var choices in new[] { schema.OneOf, schema.AnyOf, schema.AllOf }.OfType<IList<IOpenApiSchema>>())
        {
            for (var place = 0; place < choices.Count; place++)
            {
                choices[place] = Move(choices[place], document)!;
            }
        }
    }

    private static IOpenApiSchema ReferenceTo(string name, OpenApiSchema inline, OpenApiDocument document)
    {
        if (document.Components!.Schemas!.TryGetValue(name, out var known))
        {
            if (!known.Enum!.Select(word => $"{word}").SequenceEqual(inline.Enum!.Select(word => $"{word}")))
            {
                throw new InvalidOperationException($"{name} names two sets of words.");
            }
        }
        else
        {
            document.Components.Schemas.Add(name, new OpenApiSchema { Type = JsonSchemaType.String, Enum = inline.Enum });
        }

        var reference = new OpenApiSchemaReference(name, document) { Description = inline.Description, Default = inline.Default };

        return inline.Type?.HasFlag(JsonSchemaType.Null) == true
            ? new OpenApiSchema { OneOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, reference] }
            : reference;
    }
}
