using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailStats.Mail.Time;

namespace MailStats.Collector.Formats;

/// <summary>A time as JSON has it: seconds since 1970 with a fraction, as number or text, or RFC 3339. <see cref="Ticks"/> are UTC, 0 for none.</summary>
[JsonConverter(typeof(UnixTimeConverter))]
internal readonly record struct UnixTime(long Ticks);

internal sealed class UnixTimeConverter : JsonConverter<UnixTime>
{
    public override UnixTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String && reader.GetString() is { } text)
        {
            return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? FromSeconds(seconds)
                : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? new UnixTime(time.UtcTicks)
                : default;
        }

        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var number))
        {
            return FromSeconds(number);
        }

        reader.Skip();

        return default;
    }

    public override void Write(Utf8JsonWriter writer, UnixTime value, JsonSerializerOptions options) =>
        writer.WriteStringValue(new DateTime(value.Ticks, DateTimeKind.Utc));

    /// <summary>To the microsecond: more is a float's noise.</summary>
    private static UnixTime FromSeconds(decimal seconds) => seconds is > 0 and < 250_000_000_000
        ? new UnixTime(DateTime.UnixEpoch.Ticks + ((long)decimal.Round(seconds * 1_000_000) * TimeSpan.TicksPerMicrosecond))
        : default;
}
