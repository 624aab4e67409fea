using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MailStats.Deploy.Tests;

/// <summary>YAML as JSON nodes, by the rules of YAML 1.2's core schema; a key that stands twice is an error.</summary>
internal static class Yaml
{
    public static List<JsonObject> Documents(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));

        return [.. stream.Documents.Select(document => Convert(document.RootNode)).OfType<JsonObject>()];
    }

    public static JsonObject Document(string text) => Assert.Single(Documents(text));

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode mapping => Convert(mapping),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Convert)]),
        YamlScalarNode scalar => Convert(scalar),
        _ => throw new InvalidOperationException($"{node.NodeType} at {node.Start}"),
    };

    private static JsonObject Convert(YamlMappingNode mapping)
    {
        var result = new JsonObject();

        foreach (var (key, value) in mapping.Children)
        {
            var name = ((YamlScalarNode)key).Value!;

            if (name != "<<")
            {
                result[name] = Convert(value);
            }
        }

        // Merge keys of the compose file: what stands in the mapping itself wins, then the earlier of several.
        foreach (var (_, value) in mapping.Children.Where(pair => ((YamlScalarNode)pair.Key).Value == "<<"))
        {
            foreach (var merged in value is YamlSequenceNode several ? several.Children : [value])
            {
                foreach (var (name, inherited) in Convert((YamlMappingNode)merged).ToList())
                {
                    result.TryAdd(name, inherited?.DeepClone());
                }
            }
        }

        return result;
    }

    private static JsonValue? Convert(YamlScalarNode scalar)
    {
        var value = scalar.Value ?? "";

        if (scalar.Style != ScalarStyle.Plain)
        {
            return JsonValue.Create(value);
        }

        return value switch
        {
            "" or "null" or "~" => null,
            "true" => JsonValue.Create(true),
            "false" => JsonValue.Create(false),
            _ when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
            _ => JsonValue.Create(value),
        };
    }
}
