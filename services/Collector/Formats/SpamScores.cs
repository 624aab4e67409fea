using System.Buffers.Text;

namespace MailStats.Collector.Formats;

/// <summary>Spam scores out of header values: <c>2.3</c>, or the <c>score=2.3</c> of X-Spam-Status.</summary>
internal static class SpamScores
{
    public static double? Parse(ReadOnlySpan<byte> value)
    {
        var named = value.IndexOf("score="u8);
        if (named >= 0)
        {
            value = value[(named + "score=".Length)..];
        }

        value = value.TrimStart("+ "u8);

        return Utf8Parser.TryParse(value, out double score, out _) && double.IsFinite(score) ? score : null;
    }
}
