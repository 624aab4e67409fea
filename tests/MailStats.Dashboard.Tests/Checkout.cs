namespace MailStats.Dashboard.Tests;

/// <summary>Where the sources are.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;

        while (!File.Exists(Path.Combine(folder, "MailStats.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("MailStats.sln is not above the tests.");
        }

        return folder;
    }
}
