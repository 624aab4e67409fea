namespace MailStats.TestSupport;

/// <summary>Where the sources and the built programs are.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>A file of the checkout that the tests were built from.</summary>
    public static string File(params ReadOnlySpan<string> path) => Path.Combine([Root, .. path]);

    /// <summary>The built program of a project, in the configuration that the tests were built in.</summary>
    public static string Program(string project)
    {
        var name = Path.GetFileName(project);
        var output = new DirectoryInfo(AppContext.BaseDirectory);

        return Path.Combine(Root, project, "bin", output.Parent!.Name, output.Name, $"MailStats.{char.ToUpperInvariant(name[0])}{name[1..]}.dll");
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);

        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "MailStats.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run below MailStats.sln.");
        }

        return folder.FullName;
    }
}
