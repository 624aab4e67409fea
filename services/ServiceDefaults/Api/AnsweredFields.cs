using Microsoft.OpenApi;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Says in the OpenAPI document that fields of answers are always there, also where the record does not require them: it is read
/// from older processes too, which did not know them all.
/// </summary>
internal static class AnsweredFields
{
    private const string Written = "mailstats-written";

    /// <summary>Fields that are written whenever the type is.</summary>
    public static void Note(OpenApiSchema schema, IEnumerable<string> fields) =>
        (schema.Metadata ??= new Dictionary<string, object>())[Written] = fields.ToArray();

    /// <summary>A type that is sent and answered is left alone: what may be absent in one is not always there in the other.</summary>
    public static void Require(OpenApiDocument document)
    {
        var operations = document.Paths.Values.SelectMany(path => path.Operations?.Values.AsEnumerable() ?? []).ToArray();
        var sent = Reached(operations.SelectMany(operation => operation.RequestBody?.Content?.Values.AsEnumerable() ?? []), document);

        foreach (var (name, found) in document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>())
        {
            // A body that is read as it comes has no fields.
            if (found is OpenApiSchema { Properties: null } plain)
            {
                plain.Required = null;
            }
            else if (!sent.Contains(name) && found is OpenApiSchema schema && schema.Metadata?.TryGetValue(Written, out var fields) == true)
            {
                (schema.Required ??= new HashSet<string>()).UnionWith((string[])fields);
            }
        }
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
