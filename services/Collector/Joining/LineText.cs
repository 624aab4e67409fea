using System.Text;
using System.Text.Unicode;

namespace MailStats.Collector.Joining;

/// <summary>Text out of log bytes: UTF-8, and where a line is not, Latin-1, which has a character for every byte.</summary>
internal static class LineText
{
    public static string Of(ReadOnlySpan<byte> bytes) =>
        !Ascii.IsValid(bytes) && Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes);
}
