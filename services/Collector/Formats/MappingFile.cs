using System.Globalization;
using MailStats.Contracts;
using YamlDotNet.Core;

namespace MailStats.Collector.Formats;

/// <summary>
/// Reads <c>--map FILE</c>: <c>lines</c> (csv or json), <c>separator</c>, <c>columns</c>, <c>comment</c>, <c>time</c>, <c>recipients</c>, <c>name</c>,
/// and <c>fields</c>, <c>fixed</c> and <c>events</c>. Every mistake is named with its line, all of them at once.
/// </summary>
internal sealed class MappingFile
{
    /// <summary>Bytes of the file: a mapping has some dozen lines.</summary>
    public const int MaximumLength = 64 * 1024;

    private static readonly Dictionary<string, DeliveryEventKind> Kinds = new(StringComparer.Ordinal)
    {
        ["accepted"] = DeliveryEventKind.Accepted,
        ["deferred"] = DeliveryEventKind.Deferred,
        ["delivered"] = DeliveryEventKind.Delivered,
        ["bounced"] = DeliveryEventKind.Bounced,
        ["expired"] = DeliveryEventKind.Expired,
        ["rejected"] = DeliveryEventKind.Rejected,
        ["complained"] = DeliveryEventKind.Complained,
        ["ignore"] = DeliveryEventKind.Unknown,
    };

    private static readonly string[] Settings =
        ["name", "lines", "separator", "columns", "comment", "time", "recipients", "fields", "fixed", "events"];

    private readonly string _path;
    private readonly List<string> _problems = [];

    private MappingFile(string path) => _path = path;

    /// <param name="path">The file's name.</param>
    /// <param name="problems">Its mistakes, each with its line; empty for none.</param>
    public static LogMapping? Load(string path, out IReadOnlyList<string> problems)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MaximumLength)
            {
                problems = [$"{path}: has {length:N0} bytes; a mapping has at most {MaximumLength:N0}"];

                return null;
            }

            return Read(path, File.ReadAllText(path), out problems);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems = [$"{path}: cannot be read: {exception.Message}"];

            return null;
        }
    }

    public static LogMapping? Read(string path, string text, out IReadOnlyList<string> problems)
    {
        var file = new MappingFile(path);
        LogMapping? mapping = null;
        try
        {
            mapping = file.Check(MappingNode.Parse(text));
        }
        catch (YamlException exception)
        {
            file.Note(exception.Start.Line, exception.InnerException?.Message ?? exception.Message);
        }

        problems = file._problems;

        return file._problems.Count == 0 ? mapping : null;
    }

    private LogMapping Check(MappingNode root)
    {
        foreach (var node in root.Children.Where(node => !Settings.Contains(node.Key)))
        {
            Note(node, $"is no setting; settings are {string.Join(", ", Settings)}");
        }

        var isJson = root.Find("lines") is { } lines && OneOf(lines, "csv", "json") == "json";
        foreach (var node in root.Children.Where(node => isJson && node.Key is "separator" or "columns" or "comment"))
        {
            if (isJson)
            {
                Note(node, "is for lines: csv only");
            }
        }

        var columns = root.Find("columns")?.Values;
        var mapping = new LogMapping
        {
            Name = root.Find("name") is { } name ? Text(name) : LogFormats.Mapped,
            IsJson = isJson,
            Separator = root.Find("separator") is { } separator ? Character(separator) : ',',
            Comment = root.Find("comment") is { } comment ? Text(comment) : null,
            Columns = columns,
            Time = Time(root.Find("time")),
            RecipientSeparator = root.Find("recipients") is { } recipients ? Text(recipients) : null,
            Fields = Fields(root.Find("fields"), columns),
            Fixed = Fixed(root.Find("fixed")),
            Events = Events(root.Find("events")),
        };
        foreach (var group in MappedFields.Required.Where(group => !group.Any(field => mapping.Fields.ContainsKey(field) || mapping.Fixed.ContainsKey(field))))
        {
            Note(root.Find("fields")?.Line ?? 1, $"fields.{string.Join(" or fields.", group)}: is required");
        }

        return mapping;
    }

    private Dictionary<string, IReadOnlyList<string>> Fields(MappingNode? node, IReadOnlyList<string>? columns)
    {
        var fields = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var field in node?.Children ?? [])
        {
            if (!IsField(field))
            {
                continue;
            }

            foreach (var column in field.Values.Where(column => columns is not null && !columns.Contains(column, StringComparer.OrdinalIgnoreCase)))
            {
                Note(field, $"'{column}' is not among the columns");
            }

            if (field.Values.Count == 0 || field.Values.Any(string.IsNullOrWhiteSpace))
            {
                Note(field, "needs a column or a JSON path");
            }

            fields[field.Key] = field.Values;
        }

        return fields;
    }

    private Dictionary<string, string> Fixed(MappingNode? node)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in node?.Children ?? [])
        {
            if (IsField(field))
            {
                texts[field.Key] = Text(field);
            }

            if (field.Key is MappedFields.OccurredAt or MappedFields.AcceptedAt or MappedFields.Recipient)
            {
                Note(field, "is not the same for every line; name its column under fields");
            }
        }

        return texts;
    }

    private List<MappedEvent> Events(MappingNode? node)
    {
        var events = new List<MappedEvent>();
        foreach (var kind in node?.Children ?? [])
        {
            if (!Kinds.TryGetValue(kind.Key, out var known))
            {
                Note(kind, $"is no event; events are {string.Join(", ", Kinds.Keys)}");
                continue;
            }

            foreach (var value in kind.Values)
            {
                if (events.Exists(other => other.Is(value)))
                {
                    Note(kind, $"'{value}' stands for another event already");
                }

                if (value.AsSpan(0, Math.Max(0, value.Length - 1)).Contains('*'))
                {
                    Note(kind, $"'{value}' has an asterisk that is not at its end");
                }

                events.Add(new(value, known));
            }
        }

        if (events.Count == 0)
        {
            Note(node?.Line ?? 1, "events: is required: which values mean delivered, bounced, …");
        }

        return events;
    }

    private MappedTime Time(MappingNode? node)
    {
        if (!MappedTime.TryCreate(node is null ? "iso" : Text(node), out var time))
        {
            Note(node!, $"'{time}' is neither iso, unix, unix-ms nor a pattern with year, month, day, hour and minute, such as dd.MM.yyyy HH:mm:ss");
        }

        return time;
    }

    private bool IsField(MappingNode node)
    {
        if (MappedFields.All.Contains(node.Key))
        {
            return true;
        }

        Note(node, $"is no field of an event; fields are {string.Join(", ", MappedFields.All)}");

        return false;
    }

    private string Text(MappingNode node)
    {
        if (node.Values is [{ Length: > 0 } text])
        {
            return text;
        }

        Note(node, "needs one value");

        return "";
    }

    private string OneOf(MappingNode node, params string[] allowed)
    {
        var text = Text(node);
        if (!allowed.Contains(text))
        {
            Note(node, $"'{text}' is neither {string.Join(" nor ", allowed)}");
        }

        return text;
    }

    private char Character(MappingNode node)
    {
        var text = Text(node);
        if (text is "tab")
        {
            return '\t';
        }

        if (text.Length != 1 || text[0] is '"' or '\n' or '\r')
        {
            Note(node, "needs one character, or tab");
        }

        return text.Length > 0 ? text[0] : ',';
    }

    private void Note(MappingNode node, string problem) => Note(node.Line, $"{node.Path}: {problem}");

    private void Note(long line, string problem) => _problems.Add(string.Create(CultureInfo.InvariantCulture, $"{_path}:{line}: {problem}"));
}
