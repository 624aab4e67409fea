using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MailStats.Deploy.Tests.Reference;

/// <summary>What the compiler wrote beside each assembly about its members, as plain text with code in backticks.</summary>
internal static partial class Docstrings
{
    private static readonly ConcurrentDictionary<Assembly, Dictionary<string, XElement>> Documents = new();

    /// <summary>The summary of a property; empty where it has none.</summary>
    public static string Of(PropertyInfo property) => Of(property.DeclaringType!, $"P:{property.DeclaringType!.FullName}.{property.Name}");

    /// <summary>The summary of a class; empty where it has none.</summary>
    public static string Of(Type type) => Of(type, $"T:{type.FullName}");

    private static string Of(Type type, string member) =>
        Documents.GetOrAdd(type.Assembly, Read).TryGetValue(member, out var summary) ? Plain(summary) : "";

    private static Dictionary<string, XElement> Read(Assembly assembly) => XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"))
        .Descendants("member")
        .Where(member => member.Element("summary") is not null)
        .ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")!);

    private static string Plain(XElement summary) => Spaces().Replace(string.Concat(summary.Nodes().Select(Text)), " ").Trim();

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => $"`{Last(see.Attribute("cref")?.Value ?? see.Attribute("langword")!.Value)}`",
        XElement code => $"`{code.Value}`",
        _ => "",
    };

    private static string Last(string reference) => reference[(reference.LastIndexOf('.') + 1)..];

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
