using System.Xml.Linq;

namespace MailStats.Architecture.Tests;

/// <summary>The repository as files.</summary>
internal static class Sources
{
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", "dist"];

    public static string Root { get; } = FindRoot();

    /// <summary>Files of the product (no tests) with this ending, as paths from the root.</summary>
    public static IReadOnlyList<string> Product(string ending) =>
        [.. new[] { "contracts", "mail", "stores", "services", "gateway" }.SelectMany(folder => Files(folder, ending))];

    public static IReadOnlyList<string> All(string ending) => [.. Files(".", ending)];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Names in <c>Include</c> of items of a project, without folder and ending.</summary>
    public static IReadOnlyList<string> Items(string project, string item) =>
        [.. XDocument.Parse(Read(project)).Descendants(item).Select(element => element.Attribute("Include")!.Value)];

    public static string Name(string project) => Path.GetFileNameWithoutExtension(project.Replace('\\', '/'))["MailStats.".Length..];

    private static IEnumerable<string> Files(string folder, string ending) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*" + ending, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Intersect(NotOurs).Any())
            .Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);

        while (!File.Exists(Path.Combine(folder.FullName, "MailStats.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run below MailStats.sln.");
        }

        return folder.FullName;
    }
}
