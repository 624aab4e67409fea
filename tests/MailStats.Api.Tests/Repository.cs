namespace MailStats.Api.Tests;

internal static class Repository
{
    /// <summary>A file of the checkout the tests were built from.</summary>
    public static string File(params string[] path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);

        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, "MailStats.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine([folder?.FullName ?? throw new InvalidOperationException("Not run within a checkout."), .. path]);
    }
}
