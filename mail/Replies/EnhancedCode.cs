using System.Globalization;
using System.Numerics;

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

    /// <summary>Whether the text is an enhanced code and nothing else.</summary>
    public static bool IsValid(ReadOnlySpan<char> text) => IsValid<char>(text);

    /// <inheritdoc cref="IsValid(ReadOnlySpan{char})"/>
    public static bool IsValid<T>(ReadOnlySpan<T> text)
        where T : unmanaged, IBinaryInteger<T> => TryRead(text, out _, out var length) && length == text.Length;

    /// <summary>
    /// Reads a code from the start of characters or of a log's bytes: class 2, 4 or 5, then two numbers of one to three digits.
    /// A fourth number (an address or a version), a letter or a fourth digit makes it none.
    /// </summary>
    public static bool TryRead<T>(ReadOnlySpan<T> text, out EnhancedCode code, out int length)
        where T : unmanaged, IBinaryInteger<T>
    {
        code = default;
        length = 0;
        if (text.Length < 5 || CodeUnits.Digit(text[0]) is not (2 or 4 or 5) || !CodeUnits.Is(text[1], '.'))
        {
            return false;
        }

        var position = 2;
        if (!TryReadNumber(text, ref position, out var subject) || position >= text.Length || !CodeUnits.Is(text[position], '.'))
        {
            return false;
        }

        position++;
        if (!TryReadNumber(text, ref position, out var detail) || GoesOn(text[position..]))
        {
            return false;
        }

        code = new EnhancedCode((int)CodeUnits.Digit(text[0]), subject, detail);
        length = position;

        return true;
    }

    public override string ToString() =>
        IsNone ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"{Class}.{Subject}.{Detail}");

    private static bool TryReadNumber<T>(ReadOnlySpan<T> text, ref int position, out int number)
        where T : unmanaged, IBinaryInteger<T>
    {
        var start = position;
        number = 0;
        while (position < text.Length && position - start < 3 && CodeUnits.Digit(text[position]) is <= 9 and var digit)
        {
            number = (number * 10) + (int)digit;
            position++;
        }

        return position > start;
    }

    private static bool GoesOn<T>(ReadOnlySpan<T> after)
        where T : unmanaged, IBinaryInteger<T> =>
        (after.Length > 0 && CodeUnits.IsAsciiLetterOrDigit(after[0]))
        || (after.Length > 1 && CodeUnits.Is(after[0], '.') && CodeUnits.Digit(after[1]) <= 9);
}
