using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;

namespace MailStats.Mail.Addresses;

/// <summary>What stands after the @: a domain in lower-case ASCII form (RFC 5890), or an address literal (RFC 5321 §4.1.3).</summary>
public static class DomainName
{
    /// <summary>RFC 1035 §2.3.4, without the final dot.</summary>
    public const int MaxLength = 253;

    private const int MaxLabel = 63;

    private static readonly IdnMapping Idn = new() { AllowUnassigned = true };
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");
    private static readonly SearchValues<char> AnyCase = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <summary>
    /// A domain in lower-case ASCII form without a final dot, or an address literal in lower case. Registration is not
    /// asked for: <c>localhost</c> is one.
    /// </summary>
    /// <returns>Null and an error when the text is neither.</returns>
    public static string? Read(ReadOnlySpan<char> given, out string? error)
    {
        error = null;
        var text = given is [.., '.'] ? given[..^1] : given;

        if (text is ['[', .., ']'])
        {
            var literal = text[1..^1];
            literal = literal.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? literal[5..] : literal;
            error = IPAddress.TryParse(literal, out _) ? null : "has an address literal that is no address";

            return error is null ? text.ToString().ToLowerInvariant() : null;
        }

        var ascii = text.ContainsAnyExcept(Plain)
            ? text.ContainsAnyExcept(AnyCase) ? ToAscii(text) : text.ToString().ToLowerInvariant()
            : text.ToString();

        if (ascii is null || !AreLabels(ascii))
        {
            error = "has a domain that is no domain name";

            return null;
        }

        return ascii;
    }

    /// <summary>As <see cref="Read"/>, for text that counts whatever it is: what is no domain stays as it stands, in lower case.</summary>
    public static string Fold(string text) =>
        IsInForm(text) ? text : Read(text, out _) ?? text.TrimEnd('.').ToLowerInvariant();

    /// <summary>True for what <see cref="Read"/> gives back unchanged, address literals aside.</summary>
    internal static bool IsInForm(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Plain) && AreLabels(text);

    private static string? ToAscii(ReadOnlySpan<char> domain)
    {
        if (Ascii.IsValid(domain))
        {
            return null;
        }

        try
        {
            var ascii = Idn.GetAscii(domain.ToString().Normalize(NormalizationForm.FormC).ToLowerInvariant()).ToLowerInvariant();

            return ascii.AsSpan().ContainsAnyExcept(Plain) ? null : ascii;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool AreLabels(ReadOnlySpan<char> domain)
    {
        if (domain.Length is 0 or > MaxLength)
        {
            return false;
        }

        foreach (var label in domain.Split('.'))
        {
            var text = domain[label];

            if (text.Length is 0 or > MaxLabel || text[0] == '-' || text[^1] == '-')
            {
                return false;
            }
        }

        return true;
    }
}
