using MailStats.Mail.Addresses;

namespace MailStats.Query;

/// <summary>Domains and mailboxes in the form statistics are kept under.</summary>
internal static class MailNames
{
    public const string DomainWanted = "Must be a domain name, for example shop.example.";

    /// <summary>Lower-case ASCII form (RFC 5890), null when the text is no domain. Registration is not asked for: <c>localhost</c> is one.</summary>
    public static string? Domain(string text)
    {
        var name = text.EndsWith('.') ? text[..^1] : text;

        if (name.Length is 0 or > 253 || name.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter) || "@/\\<>\"',;".Contains(letter, StringComparison.Ordinal)))
        {
            return null;
        }

        var ascii = Mailbox.DomainInAscii(name);

        return ascii.Length is 0 or > 253 ? null : ascii;
    }

    /// <summary>The address with its domain in ASCII form, and that domain; null when the text is no address.</summary>
    public static (string Address, string Domain)? Address(string text)
    {
        var at = text.LastIndexOf('@');

        if (at is < 1 or > 255 || text.Any(char.IsControl) || Domain(text[(at + 1)..]) is not { } domain)
        {
            return null;
        }

        return ($"{text[..at].ToLowerInvariant()}@{domain}", domain);
    }
}
