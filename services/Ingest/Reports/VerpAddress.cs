using MailStats.Mail.Addresses;

namespace MailStats.Ingest.Reports;

/// <summary>Recipients in addresses that reports come back to: <c>bounces+1027-ann=example.net@news.shop.example</c>.</summary>
internal static class VerpAddress
{
    /// <summary>Ways to read one address: where the recipient's part begins cannot always be told.</summary>
    private const int MaxReadings = 4;

    /// <summary>The recipients that may be meant, the likeliest first.</summary>
    public static IReadOnlyList<string> RecipientsIn(IEnumerable<string> addresses) =>
        [.. addresses.SelectMany(RecipientsIn).Distinct(StringComparer.OrdinalIgnoreCase).Take(MaxReadings)];

    private static IEnumerable<string> RecipientsIn(string address)
    {
        var at = address.LastIndexOf('@');
        var local = at > 0 ? address[..at].Trim().TrimStart('<') : "";
        var equals = local.LastIndexOf('=');

        if (equals < 1 || equals == local.Length - 1)
        {
            yield break;
        }

        // The part after the last mark is likeliest; a mark may also be the recipient's own (ann-marie=example.net).
        for (var mark = equals - 1; mark >= 0; mark--)
        {
            if (local[mark] is '+' or '-' && EmailAddress.Read($"{local[(mark + 1)..equals]}@{local[(equals + 1)..]}", out _) is { } recipient)
            {
                yield return recipient;
            }
        }
    }
}
