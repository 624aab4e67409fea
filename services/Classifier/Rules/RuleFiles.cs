using System.Reflection;

namespace MailStats.Classifier.Rules;

/// <summary>The rule files that come with the classifier.</summary>
internal static class RuleFiles
{
    /// <summary>In the order in which rules are tried: what a receiver's own token says goes before the names of lists, those before phrases, phrases before codes.</summary>
    public static readonly IReadOnlyList<string> Order =
        ["providers.rules", "lists.rules", "phrases.rules", "languages.rules", "enhanced.rules", "codes.rules"];

    public static string Read(string name)
    {
        var assembly = Assembly.GetExecutingAssembly();
        using var stream = assembly.GetManifestResourceStream("Rules." + name)
            ?? throw new InvalidOperationException($"The rule file {name} is not part of {assembly.GetName().Name}");
        using var reader = new StreamReader(stream);

        return reader.ReadToEnd();
    }
}
