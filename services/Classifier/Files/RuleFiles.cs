using System.Reflection;

namespace MailStats.Classifier.Files;

/// <summary>The rule files that come with the classifier.</summary>
internal static class RuleFiles
{
    /// <summary>Who takes the mail, by region.</summary>
    public static readonly IReadOnlyList<string> Receivers =
    [
        "receivers-world.rules", "receivers-filters.rules", "receivers-hosters.rules",
        "receivers-americas.rules", "receivers-europe.rules", "receivers-asia-pacific.rules",
    ];

    /// <summary>Words that all files of phrases share.</summary>
    public const string Words = "words.rules";

    /// <summary>
    /// In the order in which rules are tried: what a receiver's own token says goes before the words of MTAs, those before the names
    /// of lists, those before phrases, phrases before links, links before codes.
    /// </summary>
    public static readonly IReadOnlyList<string> Order =
    [
        "mailboxes.rules", "carriers.rules", "filters.rules", "mta.rules", "lists.rules",
        "plain.rules", "security.rules", "traffic.rules", "standing.rules", "sender.rules", "recipient.rules", "faults.rules",
        "languages-west.rules", "languages-north.rules", "languages-east.rules", "languages-asia.rules", Links, "enhanced.rules", "codes.rules",
    ];

    /// <summary>The file for pages that a reply links to: where a link stands anywhere else, it would outrank what the reply says.</summary>
    public const string Links = "links.rules";

    public static string Read(string name)
    {
        var assembly = Assembly.GetExecutingAssembly();
        using var stream = assembly.GetManifestResourceStream("Rules." + name)
            ?? throw new InvalidOperationException($"The rule file {name} is not part of {assembly.GetName().Name}");
        using var reader = new StreamReader(stream);

        return reader.ReadToEnd();
    }
}
