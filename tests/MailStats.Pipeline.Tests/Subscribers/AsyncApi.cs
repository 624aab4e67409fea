using System.Globalization;
using System.Text.Json;
using MailStats.Pipeline.Tests.Processes;
using YamlDotNet.RepresentationModel;

namespace MailStats.Pipeline.Tests.Subscribers;

/// <summary>The description of the bus for subscribers, and whether bytes are as it says.</summary>
internal sealed class AsyncApi
{
    /// <summary>The exchange of public events.</summary>
    public const string Events = "mailstats.events";

    private readonly YamlMappingNode _document;

    private AsyncApi(YamlMappingNode document) => _document = document;

    public YamlMappingNode Schemas => Map(Map(_document, "components"), "schemas");

    public IReadOnlyList<string> Exchanges => [.. Channels.Select(channel => Text(Exchange(channel), "name")!)];

    /// <summary>The types of public events with the names of their messages.</summary>
    public IReadOnlyDictionary<string, string> EventTypes => Map(Channel(Events), "messages").Children.Keys
        .Select(key => ((YamlScalarNode)key).Value!)
        .ToDictionary(name => Text(Map(Map(EventParts(name), "properties"), "type"), "const")!, StringComparer.Ordinal);

    private IEnumerable<YamlMappingNode> Channels => Map(_document, "channels").Children.Values.Cast<YamlMappingNode>();

    public static AsyncApi Read()
    {
        using var reader = File.OpenText(Path.Combine(Repository.Root, "contracts/asyncapi.yaml"));
        var stream = new YamlStream();
        stream.Load(reader);

        return new((YamlMappingNode)stream.Documents[0].RootNode);
    }

    /// <summary>What of a message is not as described.</summary>
    public IEnumerable<string> Check(string exchange, byte[] body)
    {
        var envelope = JsonDocument.Parse(body).RootElement;

        if (exchange == Events)
        {
            return CheckEvent(envelope);
        }

        var name = ((YamlScalarNode)Map(Channel(exchange), "messages").Children.Keys.Single()).Value!;

        return CheckValue(envelope, Map(Schemas, "Envelope"), $"{name} envelope", closed: false)
            .Concat(CheckValue(envelope.GetProperty("message"), Map(Schemas, name), name, closed: true));
    }

    private IEnumerable<string> CheckEvent(JsonElement envelope)
    {
        var name = EventTypes[envelope.GetProperty("type").GetString()!];
        var data = Map(Map(EventParts(name), "properties"), "data");

        return CheckValue(envelope, Map(Schemas, "CloudEvent"), name, closed: true).Concat(CheckValue(envelope.GetProperty("data"), data, name, closed: true));
    }

    /// <summary>What an event's message has beside the attributes that all have.</summary>
    private YamlMappingNode EventParts(string name) =>
        (YamlMappingNode)((YamlSequenceNode)Map(Map(Map(Map(_document, "components"), "messages"), name), "payload").Children["allOf"])[1];

    private YamlMappingNode Channel(string exchange) => Channels.Single(channel => Text(Exchange(channel), "name") == exchange);

    private static YamlMappingNode Exchange(YamlMappingNode channel) => Map(Map(Map(channel, "bindings"), "amqp"), "exchange");

    private IEnumerable<string> CheckValue(JsonElement value, YamlMappingNode schema, string place, bool closed)
    {
        if (Text(schema, "$ref") is { } reference)
        {
            return CheckValue(value, Map(Schemas, reference[(reference.LastIndexOf('/') + 1)..]), place, closed);
        }

        if (schema.Children.TryGetValue("oneOf", out var choices))
        {
            return ((YamlSequenceNode)choices).Any(choice => !CheckValue(value, (YamlMappingNode)choice, place, closed).Any())
                ? []
                : [$"{place}: {value.ValueKind} is none of the choices"];
        }

        var types = schema.Children["type"] is YamlSequenceNode several
            ? several.Select(type => ((YamlScalarNode)type).Value!).ToList()
            : [Text(schema, "type")!];

        if (!types.Exists(type => Fits(value, type, Text(schema, "format"))))
        {
            return [$"{place}: {value.ValueKind} is not {string.Join(" or ", types)}"];
        }

        if (value.ValueKind == JsonValueKind.String && Words(schema) is { } words && !words.Contains(value.GetString()!))
        {
            return [$"{place}: {value.GetString()} is none of {string.Join(", ", words)}"];
        }

        return value.ValueKind switch
        {
            JsonValueKind.Object => CheckObject(value, schema, place, closed),
            JsonValueKind.Array => value.EnumerateArray().SelectMany(item => CheckValue(item, Map(schema, "items"), $"{place}[]", closed)),
            _ => [],
        };
    }

    private IEnumerable<string> CheckObject(JsonElement value, YamlMappingNode schema, string place, bool closed)
    {
        var properties = schema.Children.TryGetValue("properties", out var described) ? (YamlMappingNode)described : new YamlMappingNode();
        closed &= properties.Any();
        var required = schema.Children.TryGetValue("required", out var names) ? ((YamlSequenceNode)names).Select(name => ((YamlScalarNode)name).Value!) : [];

        foreach (var name in required)
        {
            if (!value.TryGetProperty(name, out _))
            {
                yield return $"{place}.{name}: is required and missing";
            }
        }

        foreach (var property in value.EnumerateObject())
        {
            if (!properties.Children.TryGetValue(property.Name, out var inner))
            {
                if (closed)
                {
                    yield return $"{place}.{property.Name}: is not described";
                }

                continue;
            }

            foreach (var problem in CheckValue(property.Value, (YamlMappingNode)inner, $"{place}.{property.Name}", closed))
            {
                yield return problem;
            }
        }
    }

    private static bool Fits(JsonElement value, string type, string? format) => (type, format) switch
    {
        ("null", _) => value.ValueKind == JsonValueKind.Null,
        ("string", "uuid") => value.ValueKind == JsonValueKind.String && value.TryGetGuid(out _),
        ("string", "date-time") => value.ValueKind == JsonValueKind.String && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, out _),
        ("string", _) => value.ValueKind == JsonValueKind.String,
        ("boolean", _) => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        ("integer", _) => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        ("number", _) => value.ValueKind == JsonValueKind.Number,
        ("array", _) => value.ValueKind == JsonValueKind.Array,
        ("object", _) => value.ValueKind == JsonValueKind.Object,
        _ => false,
    };

    /// <summary>The texts that are allowed; null for all.</summary>
    private static List<string>? Words(YamlMappingNode schema) => Text(schema, "const") is { } only
        ? [only]
        : schema.Children.TryGetValue("enum", out var words) ? [.. ((YamlSequenceNode)words).Select(word => ((YamlScalarNode)word).Value!)] : null;

    private static YamlMappingNode Map(YamlMappingNode parent, string name) => (YamlMappingNode)parent.Children[name];

    private static string? Text(YamlMappingNode parent, string name) =>
        parent.Children.TryGetValue(name, out var node) && node is YamlScalarNode scalar ? scalar.Value : null;
}
