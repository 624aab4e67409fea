using System.Globalization;

namespace MailStats.Mail.Replies;

/// <summary>Enhanced status code (RFC 3463). The default value stands for none.</summary>
public readonly record struct EnhancedCode(int Class, int Subject, int Detail)
{
    public bool IsNone => Class == 0;

    /// <summary>Reads <c>5.7.26</c>, with or without a leading <c>#</c>; <see cref="IsNone"/> when it is none.</summary>
    public static EnhancedCode Parse(ReadOnlySpan<char> text)
    {
        text = text.Trim().TrimStart('#');

        return TryRead(text, out var code, out var length) && length == text.Length ? code : default;
    }

    /// <summary>Reads a code from the start of the text; a fourth number (an address or a version) makes it none.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out EnhancedCode code, out int length)
    {
        code = default;
        length = 0;

        if (text.Length < 5 || text[0] is not ('2' or '4' or '5') || text[1] != '.')
        {
            return false;
        }

        var position = 2;

        if (!TryReadNumber(text, ref position, out var subject) || position >= text.Length || text[position] != '.')
        {
            return false;
        }

        position++;

        if (!TryReadNumber(text, ref position, out var detail))
        {
            return false;
        }

        if (position < text.Length && char.IsAsciiLetterOrDigit(text[position])
            || position + 1 < text.Length && text[position] == '.' && char.IsAsciiDigit(text[position + 1]))
        {
            return false;
        }

        code = new EnhancedCode(text[0] - '0', subject, detail);
        length = position;

        return true;
    }

    public override string ToString() =>
        IsNone ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"{Class}.{Subject}.{Detail}");

    private static bool TryReadNumber(ReadOnlySpan<char> text, ref int position, out int number)
    {
        var start = position;
        number = 0;

        while (position < text.Length && position - start < 3 && char.IsAsciiDigit(text[position]))
        {
            number = (number * 10) + (text[position++] - '0');
        }

        return position > start;
    }
}
