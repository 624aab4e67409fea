using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MailStats.Collector.Formats;

/// <summary>
/// One of Stalwart's events. In its log: <c>2026-10-04T02:22:32Z INFO Message delivered (delivery.delivered) queueId = 3330, from =
/// "…", to = ["…"], …, to = "…", code = 250, details = "…"</c>; of a key that stands twice the last is the event's own. In
/// webhooks: <c>{"createdAt": …, "type": …, "data": {…}}</c>.
/// </summary>
internal sealed class StalwartEvent
{
    public required string Type { get; init; }

    /// <summary>UTC ticks.</summary>
    public required long OccurredAt { get; init; }

    public string? QueueId { get; private set; }

    /// <summary>Envelope sender, empty for the null sender.</summary>
    public string? Sender { get; private set; }

    /// <summary>The recipient that the event is about; null where it is about a message to several.</summary>
    public string? Recipient
    {
        get => field ?? (Recipients is [var only] ? only : null);
        private set;
    }

    /// <summary>All recipients of the message.</summary>
    public IReadOnlyList<string> Recipients { get; private set; } = [];

    public string? Hostname { get; private set; }

    public string? Domain { get; private set; }

    /// <summary>The address that the server itself connected from.</summary>
    public string? LocalIp { get; private set; }

    /// <summary>The other side's address.</summary>
    public string? RemoteIp { get; private set; }

    public string? RemotePort { get; private set; }

    /// <summary>The version of TLS.</summary>
    public string? Version { get; private set; }

    public string? AccountName { get; private set; }

    public long? Bytes { get; private set; }

    public int? Code { get; private set; }

    public string? Details { get; private set; }

    /// <summary>Retries so far, where the event gives them.</summary>
    public long? Total { get; private set; }

    /// <summary>Null when the line is no event.</summary>
    public static StalwartEvent? Parse(ReadOnlySpan<byte> line)
    {
        if (!Stamps.TryReadIso(line, out var local, out var offset, out var length) || offset is null || length + 1 >= line.Length || line[length] != ' ')
        {
            return null;
        }

        // "LEVEL Description (type) keys"; no description has a bracket.
        var rest = line[(length + 1)..];
        var open = rest.IndexOf(" ("u8);
        var close = open < 0 ? -1 : rest[open..].IndexOf((byte)')');
        var level = rest.IndexOf((byte)' ');
        if (close < 0 || level is < 4 or > 5 || rest[..level].IndexOfAnyExceptInRange((byte)'A', (byte)'Z') >= 0
            || rest[open..(open + close)].IndexOf((byte)'.') < 0)
        {
            return null;
        }

        var item = new StalwartEvent { Type = Encoding.ASCII.GetString(rest[(open + 2)..(open + close)]), OccurredAt = local.Ticks - offset.Value.Ticks };
        if (item.Type.StartsWith("delivery.", StringComparison.Ordinal) || item.Type.StartsWith("queue.", StringComparison.Ordinal)
            || item.Type == "auth.success")
        {
            item.ReadKeys(Joining.LineText.Of(rest[(open + close + 1)..].Trim((byte)' ')));
        }

        return item;
    }

    /// <summary>The events of a webhook's body, or the one that a JSON line is.</summary>
    public static IEnumerable<StalwartEvent> Parse(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("events", out var events) && events.ValueKind == JsonValueKind.Array)
        {
            return events.EnumerateArray().SelectMany(Parse);
        }

        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String
            || !json.TryGetProperty("createdAt", out var time) || time.ValueKind != JsonValueKind.String || !time.TryGetDateTimeOffset(out var createdAt)
            || !json.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        var item = new StalwartEvent { Type = type.GetString()!, OccurredAt = createdAt.UtcTicks };
        foreach (var field in data.EnumerateObject())
        {
            if (field.Value.ValueKind == JsonValueKind.Array)
            {
                item.SetList(field.Name, [.. field.Value.EnumerateArray().Select(value => value.ToString())]);
            }
            else
            {
                item.Set(field.Name, field.Value.ToString());
            }
        }

        return [item];
    }

    private void ReadKeys(string text)
    {
        foreach (var (key, value) in StalwartKeys.In(text))
        {
            if (value is ['[', .. var items, ']'])
            {
                SetList(key, StalwartKeys.ItemsOf(items));
            }
            else
            {
                Set(key, StalwartKeys.TextOf(value));
            }
        }
    }

    private void SetList(string key, List<string> values)
    {
        if (key == "to")
        {
            Recipients = [.. values.Select(AddressOf)];
            Recipient = null;
        }
    }

    private void Set(string key, string value)
    {
        switch (key)
        {
            case "queueId":
                QueueId = value;
                break;
            case "from":
                Sender = AddressOf(value);
                break;
            case "to":
                Recipient = AddressOf(value);
                break;
            case "hostname":
                Hostname = value;
                break;
            case "domain":
                Domain = value;
                break;
            case "localIp":
                LocalIp = IpNames.Read(value) is { } ip and not ("0.0.0.0" or "::") ? ip : null;
                break;
            case "remoteIp":
                RemoteIp = IpNames.Read(value);
                break;
            case "remotePort":
                RemotePort = value;
                break;
            case "version":
                Version = TlsVersions.Of(value);
                break;
            case "accountName":
                AccountName = value;
                break;
            case "size":
                Bytes = Number(value);
                break;
            case "total":
                Total = Number(value);
                break;
            case "code":
                Code = Number(value) is >= 200 and <= 599 and var code ? (int)code : null;
                break;
            case "details" or "reason":
                Details = value;
                break;
            case "causedBy":
                Details ??= value;
                break;
        }
    }

    private static string AddressOf(string value) => value is ['<', .. var inner, '>'] ? inner : value;

    private static long? Number(string value) => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
