using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace MailStats.Mail.Replies;

/// <summary>
/// Names replies of the same kind: the same codes and the same words, whatever addresses, ids, hosts' addresses, times and
/// numbers are in them.
/// </summary>
public static class ReplyFingerprint
{
    /// <summary>Characters of a fingerprint: 64 bits in hexadecimal.</summary>
    public const int Length = 16;

    /// <param name="code">Reply code, 0 for none; one at the start of the text is found.</param>
    /// <param name="enhancedCode">Enhanced status code; one at the start of the text is found.</param>
    /// <param name="text">The reply as the source gives it.</param>
    public static string Of(int code, string? enhancedCode, string? text)
    {
        var buffer = ArrayPool<char>.Shared.Rent(BufferFor(text));
        var normal = ReplyNormalizer.Normalize(text, code, buffer);
        var enhanced = EnhancedCode.Parse(enhancedCode);
        var fingerprint = Of(code != 0 ? code : normal.Code, enhanced.IsNone ? normal.Enhanced : enhanced, normal.Text);
        ArrayPool<char>.Shared.Return(buffer);

        return fingerprint;
    }

    /// <param name="code">Reply code, 0 for none.</param>
    /// <param name="enhanced">Enhanced status code.</param>
    /// <param name="normalText">The text in normal form.</param>
    public static string Of(int code, EnhancedCode enhanced, ReadOnlySpan<char> normalText)
    {
        var content = FormattableString.Invariant($"{code} {enhanced}\n{MaskNumbers(normalText)}");

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)).AsSpan(0, Length / 2));
    }

    /// <summary>What the replies of a kind have in common, with <c>{address}</c>, <c>{ip}</c>, <c>{n}</c> and so on where they differ.</summary>
    public static string MaskedText(int code, string? text)
    {
        var buffer = ArrayPool<char>.Shared.Rent(BufferFor(text));
        var masked = MaskNumbers(ReplyNormalizer.Normalize(text, code, buffer).Text);
        ArrayPool<char>.Shared.Return(buffer);

        return masked;
    }

    private static int BufferFor(string? text) =>
        Math.Max(1, Math.Min(text?.Length ?? 0, ReplyNormalizer.MaximumLength + 1) * ReplyNormalizer.LargestGrowth);

    private static string MaskNumbers(ReadOnlySpan<char> text)
    {
        var masked = new StringBuilder(text.Length);
        var position = 0;

        while (position < text.Length)
        {
            if (!char.IsAsciiDigit(text[position]))
            {
                masked.Append(text[position++]);
                continue;
            }

            while (position < text.Length && char.IsAsciiDigit(text[position]))
            {
                position++;
            }

            masked.Append("{n}");
        }

        return masked.ToString();
    }
}
