using Microsoft.OpenApi;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Says in the OpenAPI document which fields of answers are always there, also where the record does not require them: it is read
/// from older processes too, which did not know them all. What is left out where it is null is never null.
/// </summary>
internal static class AnsweredFields
{
    private const string Noted = "mailstats-fields";

    /// <param name="schema">The type's.</param>
    /// <param name="fields">Those that are left out where they are null, and those that are written whenever the type is.</param>
    public static void Note(OpenApiSchema schema, ILookup<bool, string> fields) =>
        (schema.Metadata ??= new Dictionary<string, object>())[Noted] = fields;

    public static void Describe(OpenApiDocument document)
    {
        var operations = document.Paths.Values.SelectMany(path => path.Operations?.Values.AsEnumerable() ?? []).ToArray();
        var sent = Reached(operations.SelectMany(operation => operation.RequestBody?.Content?.Values.AsEnumerable() ?? []), document);

        foreach (var (name, component) in document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>())
        {
            if (component is not OpenApiSchema schema)
            {
                continue;
            }

            if (schema.Properties is null)
            {
                // A body that is read as it comes has no fields.
                schema.Required = null;
            }
            else if (schema.Metadata?.TryGetValue(Noted, out var noted) == true && noted is ILookup<bool, string> fields && !sent.Contains(name))
            {
                // A type that is sent too is left alone: what may be absent in one is not always there in the other.
                (schema.Required ??= new HashSet<string>()).UnionWith(fields[false]);

                foreach (var field in fields[true].Where(schema.Properties.ContainsKey))
                {
                    schema.Properties[field] = NeverNull(schema.Properties[field]);
                }
            }
        }
    }

    private static IOpenApiSchema NeverNull(IOpenApiSchema field)
    {
        if (field is not OpenApiSchema schema)
        {
            return field;
        }

        if (schema.OneOf?.Where(choice => choice.Type != JsonSchemaType.Null).ToArray() is [var only])
        {
            return only;
        }

        schema.Type &= ~JsonSchemaType.Null;

        return schema;
    }

    /// <summary>Names of the components that bodies are made of.</summary>
    private static HashSet<string> Reached(IEnumerable<OpenApiMediaType> bodies, OpenApiDocument document)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Stack<IOpenApiSchema?>(bodies.Select(body => body.Schema));

        while (waiting.TryPop(out var schema))
        {
            if (schema is OpenApiSchemaReference { Reference.Id: { } name })
            {
                if (reached.Add(name))
                {
                    waiting.Push(document.Components?.Schemas?.TryGetValue(name, out var component) == true ? component : null);
                }
            }
            else if (schema is not null)
            {
                foreach (var part in new[] { schema.Items, schema.AdditionalProperties }
                    .Concat(schema.Properties?.Values.AsEnumerable() ?? [])
                    .Concat(schema.OneOf ?? []).Concat(schema.AnyOf ?? []).Concat(schema.AllOf ?? []))
                {
                    waiting.Push(part);
                }
            }
        }

        return reached;
    }
}
