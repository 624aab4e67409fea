using System.Globalization;
using MailStats.Contracts;

namespace MailStats.Mail.Deliveries;

/// <summary>
/// What outcomes have in common that a server answered alike: one number stands for all of it, and with each outcome is kept
/// only what differs, the parts of <see cref="Pattern"/>.
/// </summary>
/// <param name="Kind">What happened.</param>
/// <param name="Attempted">False when no server was asked.</param>
/// <param name="ReplyCode">SMTP reply code.</param>
/// <param name="EnhancedCode">Enhanced status code.</param>
/// <param name="SourceVerdict">The source's own word.</param>
/// <param name="Classification">Number of the classification, 0 for none.</param>
/// <param name="Pattern">The reply as a <see cref="TextPattern"/>, null where there is none.</param>
public readonly record struct ReplyForm(
    DeliveryEventKind Kind, bool Attempted, int? ReplyCode, string? EnhancedCode, string? SourceVerdict, long Classification, string? Pattern)
{
    // No text that has a pattern holds these control characters.
    private const char Separator = '\u001F';
    private const string Null = "\u001E";

    /// <summary>True for a form that <see cref="ToText"/> can write so that it is read back.</summary>
    public bool HasText => Plain(EnhancedCode) && Plain(SourceVerdict) && Plain(Pattern);

    public static ReplyForm Parse(string text)
    {
        var parts = text.Split(Separator);

        return new(
            (DeliveryEventKind)Whole(parts[0]),
            parts[1] == "1",
            parts[2].Length == 0 ? null : (int)Whole(parts[2]),
            OrNull(parts[3]),
            OrNull(parts[4]),
            Whole(parts[5]),
            OrNull(parts[6]));
    }

    public string ToText() => string.Join(
        Separator,
        ((int)Kind).ToString(CultureInfo.InvariantCulture),
        Attempted ? "1" : "0",
        ReplyCode?.ToString(CultureInfo.InvariantCulture),
        EnhancedCode ?? Null,
        SourceVerdict ?? Null,
        Classification.ToString(CultureInfo.InvariantCulture),
        Pattern ?? Null);

    private static bool Plain(string? text) => text is null || text.AsSpan().IndexOfAny(Separator, Null[0]) < 0;

    private static string? OrNull(string text) => text == Null ? null : text;

    private static long Whole(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
