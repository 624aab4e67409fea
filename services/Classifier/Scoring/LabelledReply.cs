using System.Globalization;
using System.Text.Json;
using MailStats.Classifier.Replies;

namespace MailStats.Classifier.Scoring;

/// <summary>A reply to be judged, and what an expert says about it where the file tells.</summary>
/// <param name="Reply">The reply.</param>
/// <param name="Expert">The right reason, null without label.</param>
/// <param name="Also">Reasons that are right too.</param>
/// <param name="Hard">The right flag; null where either is right or nobody said.</param>
internal sealed record LabelledReply(SmtpReply Reply, string? Expert, IReadOnlyList<string> Also, bool? Hard)
{
    /// <summary>
    /// Reads one line: a JSON object (<c>code</c>, <c>enhanced</c>, <c>text</c>, <c>host</c>, labels <c>expert</c>,
    /// <c>expert_alt</c>, <c>expert_hard</c>) or a reply as it is.
    /// </summary>
    /// <exception cref="JsonException">The line begins like an object and is none.</exception>
    public static LabelledReply Read(string line)
    {
        if (!line.AsSpan().TrimStart().StartsWith("{"))
        {
            return new LabelledReply(new SmtpReply { Text = line }, null, [], null);
        }

        using var json = JsonDocument.Parse(line);
        var row = json.RootElement;

        return new LabelledReply(
            new SmtpReply
            {
                Code = int.TryParse(Text(row, "code", "replyCode"), NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : 0,
                EnhancedCode = Text(row, "enhanced", "enhancedCode"),
                Text = Text(row, "text", "reply"),
                Host = Text(row, "host", "remoteHost"),
            },
            Text(row, "expert") is { Length: > 0 } expert ? expert : null,
            row.TryGetProperty("expert_alt", out var also) && also.ValueKind == JsonValueKind.Array
                ? [.. also.EnumerateArray().Select(reason => reason.ToString())]
                : [],
            row.TryGetProperty("expert_hard", out var hard) && hard.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? hard.GetBoolean()
                : null);
    }

    private static string? Text(JsonElement row, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (row.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
            {
                return value.ToString();
            }
        }

        return null;
    }
}
