namespace MailStats.Mail.Replies;

/// <summary>
/// Brings reply texts into <see cref="NormalReply"/>, whichever way they come in: what other MTAs write around them is taken off.
/// One pass, no allocation but for a line of qmail's log, time proportional to the text.
/// </summary>
public static class ReplyNormalizer
{
    /// <summary>Characters of a text that are looked at: of a longer one the first three quarters and the last quarter of this.</summary>
    public const int MaximumLength = 4096;

    private const int Head = MaximumLength / 4 * 3;
    private const int Tail = MaximumLength - Head;

    /// <summary>
    /// How many characters of buffer <see cref="Normalize"/> wants for each of the text: a mask may be longer than what it
    /// replaces (<c>{address}</c> for <c>a@b</c> is the worst), and a mark for a quoted reply comes on top.
    /// </summary>
    public const int LargestGrowth = 4;

    /// <param name="text">The reply as the source gives it.</param>
    /// <param name="code">The reply code where it is known beside the text, else 0.</param>
    /// <param name="buffer">At least <see cref="LargestGrowth"/> times the text; the result points into it.</param>
    public static NormalReply Normalize(ReadOnlySpan<char> text, int code, Span<char> buffer)
    {
        if (QmailLog.HasNoSpaces(text))
        {
            text = QmailLog.WithSpaces(text);
        }

        var wrapped = WrappedReply.Read(text);
        text = wrapped.Text;
        var writer = new NormalReplyWriter(buffer) { Code = code };

        if (text.Length <= MaximumLength)
        {
            writer.Write(text);
        }
        else
        {
            writer.Write(text[..Head]);
            writer.Write(" ");
            writer.Write(text[^Tail..]);
        }

        return writer.ToReply(wrapped.Host, wrapped.Phase);
    }
}
