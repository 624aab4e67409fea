using System.Collections.Frozen;
using MailStats.Classifier.Files;

namespace MailStats.Classifier.Receivers;

/// <summary>The provider that takes a recipient's mail: told by the host that answered, else by the recipient's domain.</summary>
internal static class ReceivingProvider
{
    /// <summary>The providers of the files <c>receivers-*.rules</c>.</summary>
    public static IReadOnlyList<RuleBlock> Blocks { get; } =
        [.. RuleFiles.Receivers.SelectMany(file => RuleText.Read(file, RuleFiles.Read(file)))];

    private static readonly FrozenDictionary<string, string> ByHost = Index("hosts");
    private static readonly FrozenDictionary<string, string> ByDomain = Index("domains");

    /// <summary>The provider's name, or the recipient's domain where none is known, or <c>unknown</c> without either.</summary>
    public static string Of(string? host, string? recipientDomain) =>
        Find(host, recipientDomain) ?? (string.IsNullOrWhiteSpace(recipientDomain) ? "unknown" : recipientDomain.Trim().TrimEnd('.').ToLowerInvariant());

    /// <summary>The provider's name, null where none is known.</summary>
    public static string? Find(string? host, string? recipientDomain) =>
        FindByHost(host) ?? FindSuffix(ByDomain, recipientDomain);

    /// <summary>The provider whose host this is, null where none is known.</summary>
    public static string? FindByHost(ReadOnlySpan<char> host) => FindSuffix(ByHost, host) ?? FindSuffix(ByDomain, host);

    private static string? FindSuffix(FrozenDictionary<string, string> names, ReadOnlySpan<char> host)
    {
        // The longest name that DNS allows (RFC 1035 §2.3.4).
        if (host.Length is 0 or > 255)
        {
            return null;
        }

        var lookup = names.GetAlternateLookup<ReadOnlySpan<char>>();
        var rest = host.Trim().TrimEnd('.');

        while (!rest.IsEmpty)
        {
            if (lookup.TryGetValue(rest, out var name))
            {
                return name;
            }

            var dot = rest.IndexOf('.');
            rest = dot < 0 ? [] : rest[(dot + 1)..];
        }

        return null;
    }

    private static FrozenDictionary<string, string> Index(string key) => Blocks
        .SelectMany(block => block.Words(key).Select(suffix => KeyValuePair.Create(suffix, block.Name)))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
}
