namespace MailStats.Deploy.Tests;

/// <summary>The files of this checkout.</summary>
internal static class Checkout
{
    private static readonly string[] Sources = ["contracts", "mail", "stores", "services", "gateway"];

    public static string Root { get; } = FindRoot();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>Source files of everything that runs, generated ones left out.</summary>
    public static IEnumerable<string> SourceFiles() =>
        Sources
            .SelectMany(folder => Directory.EnumerateFiles(PathOf(folder), "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/node_modules/", StringComparison.Ordinal));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MailStats.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("No folder above the tests holds MailStats.sln");
    }
}
