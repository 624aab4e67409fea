using System.Buffers;

namespace MailStats.Collector.Formats;

/// <summary>
/// Fluentd's and Fluent Bit's own files: time, tag and a JSON object, <c>2026-03-03T08:00:01+00:00 TAB mail.info TAB {…}</c> and
/// <c>[0] mail.info: [1772524801.5, {…}]</c>. The object may have no time of its own and gets this one.
/// </summary>
internal sealed class FluentLines(JsonEnvelope envelope) : IWrapping
{
    /// <summary>Name of the time in the object: the last that is looked for.</summary>
    public const string Time = "__fluent_time";

    /// <summary>Bytes before the object. Tags are file names or routes.</summary>
    private const int MaximumLength = 400;

    private static readonly SearchValues<byte> TagBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-/*"u8);

    public string Name => "Fluentd or Fluent Bit";

    public Unwrapped TryUnwrap(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> inner)
    {
        inner = default;
        if (line is [(byte)'[', ..])
        {
            return TryCutArray(line, out var record) ? envelope.TryUnwrap(record, out inner) : Unwrapped.No;
        }

        if (!Stamps.TryReadIso(line, out _, out _, out var length) || length + 2 >= line.Length || line[length] is not ((byte)' ' or (byte)'\t'))
        {
            return Unwrapped.No;
        }

        var rest = line[(length + 1)..];
        var tag = rest[..Math.Min(rest.Length, MaximumLength)].IndexOfAnyExcept(TagBytes);
        if (tag <= 0)
        {
            return Unwrapped.No;
        }

        rest = rest[tag..];
        var start = rest.StartsWith(": {"u8) ? 2 : rest.StartsWith("\t{"u8) || rest.StartsWith(" {"u8) ? 1 : 0;
        if (start == 0)
        {
            return Unwrapped.No;
        }

        return envelope.TryUnwrap(With(line[..length], rest[start..]), out inner);
    }

    /// <summary>True for a line of Fluent Bit's output.</summary>
    public static bool IsArray(ReadOnlySpan<byte> line) => line is [(byte)'[', >= (byte)'0' and <= (byte)'9', ..] && TryCutArray(line, out _);

    /// <summary><c>[0] tag: [TIME, {…}]</c>, since version 2.1 <c>[0] tag: [[TIME, {…}], {…}]</c>.</summary>
    private static bool TryCutArray(ReadOnlySpan<byte> line, out byte[] json)
    {
        json = [];
        var start = line[..Math.Min(line.Length, MaximumLength)].IndexOf(": ["u8);
        if (start < 0 || line[^1] != ']')
        {
            return false;
        }

        var record = line[(start + 3)..^1];
        var nested = record is [(byte)'[', ..];
        record = nested ? record[1..] : record;
        var comma = record.IndexOf((byte)',');
        var at = nested ? record.IndexOf("], {"u8) + 3 : comma + 2;
        if (comma <= 0 || at < 3 || at >= record.Length || record[at] != '{' || !Stamps.TryReadUnix(record, out _, out _))
        {
            return false;
        }

        json = With(record[..comma], record[at..]);

        return true;
    }

    private static byte[] With(ReadOnlySpan<byte> time, ReadOnlySpan<byte> json) =>
        [.. "{\""u8, .. "__fluent_time"u8, .. "\":\""u8, .. time, .. "\","u8, .. json[1..]];
}
