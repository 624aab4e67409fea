using System.Text.Json;
using MailStats.Mail.Addresses;

namespace MailStats.Ingest.Webhooks;

/// <summary>Addresses in providers' fields, bare or after a name. What is none stays as it is, so that the checks can tell what is wrong.</summary>
internal static class AddressFields
{
    /// <summary>Addresses that are read of one header: Mailgun takes 1,000 recipients a message, and nobody more.</summary>
    public const int MaxInHeader = 1_000;

    public static string? Address(this JsonElement element, string name) => element.Get(name).AsAddress();

    public static string? AsAddress(this JsonElement value) => value.AsText() is { } text ? Of(text) : null;

    /// <summary>The addresses of a header like To: after names, with commas between them.</summary>
    public static IReadOnlyList<string> InHeader(string? header)
    {
        var addresses = new List<string>();
        var (start, quoted, bracketed) = (0, false, false);

        for (var place = 0; place <= header?.Length && addresses.Count < MaxInHeader; place++)
        {
            if (place == header.Length || (header[place] == ',' && !quoted && !bracketed))
            {
                if (header[start..place].Trim() is { Length: > 0 } address)
                {
                    addresses.Add(Of(address));
                }

                start = place + 1;
                continue;
            }

            quoted ^= header[place] == '"' && (place == 0 || header[place - 1] != '\\');
            bracketed = !quoted && (header[place] == '<' || (bracketed && header[place] != '>'));
        }

        return addresses;
    }

    private static string Of(string text) => EmailAddress.ReadHeader(text, out _) ?? text;
}
