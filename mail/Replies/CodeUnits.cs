using System.Numerics;

namespace MailStats.Mail.Replies;

/// <summary>What the readers of codes ask of one unit of text: a character, or a byte of ASCII or UTF-8.</summary>
internal static class CodeUnits
{
    /// <summary>0 to 9, and more than 9 for what is no ASCII digit.</summary>
    public static uint Digit<T>(T unit)
        where T : unmanaged, IBinaryInteger<T> => uint.CreateTruncating(unit) - '0';

    public static bool Is<T>(T unit, char ascii)
        where T : unmanaged, IBinaryInteger<T> => uint.CreateTruncating(unit) == ascii;

    public static bool IsAsciiLetterOrDigit<T>(T unit)
        where T : unmanaged, IBinaryInteger<T> => uint.CreateTruncating(unit) is var value && (value - '0' <= 9 || (value | 0x20) - 'a' <= 'z' - 'a');

    /// <summary>A byte above ASCII is part of a character, and no white space by itself.</summary>
    public static bool IsWhiteSpace<T>(T unit)
        where T : unmanaged, IBinaryInteger<T> =>
        uint.CreateTruncating(unit) is var value && (value <= 0x7F || typeof(T) == typeof(char)) && char.IsWhiteSpace((char)value);
}
