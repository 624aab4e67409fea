using System.Text.Json;

namespace MailStats.Ingest.Webhooks;

/// <summary>Whether a document is small enough to be held: 16 MB of brackets would take twenty times as much memory.</summary>
internal static class JsonSize
{
    /// <summary>
    /// Names, values and brackets of one post, which take 12 bytes each: 10,000 events of 100 tokens. No provider's post comes near.
    /// </summary>
    public const int MaxTokens = 1_000_000;

    /// <exception cref="JsonException">It is no JSON, as far as it was read.</exception>
    public static bool IsTooLarge(ReadOnlySpan<byte> json)
    {
        // Every token is at least one byte.
        if (json.Length <= MaxTokens)
        {
            return false;
        }

        var reader = new Utf8JsonReader(json);
        var tokens = 0;

        while (reader.Read())
        {
            if (++tokens > MaxTokens)
            {
                return true;
            }
        }

        return false;
    }
}
