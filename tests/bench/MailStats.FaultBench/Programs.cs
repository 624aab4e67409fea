using System.Globalization;

namespace MailStats.FaultBench;

/// <summary>Where the services' programs are: built beside this one, in the same configuration.</summary>
internal static class Programs
{
    public static string Of(string service)
    {
        var name = CultureInfo.InvariantCulture.TextInfo.ToTitleCase(service);
        var target = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = target.Parent!.Name;

        for (var folder = target; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MailStats.sln")))
            {
                return Path.Combine(folder.FullName, "services", name, "bin", configuration, target.Name, $"MailStats.{name}.dll");
            }
        }

        throw new InvalidOperationException("No folder above this program holds MailStats.sln");
    }
}
