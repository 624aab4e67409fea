using System.Security.Cryptography;
using System.Text;

namespace MailStats.Collector.State;

/// <summary>Where a collector keeps what it must remember: <c>--state</c>, else what systemd gives, else the user's state folder.</summary>
internal static class StateFolder
{
    public static string Default()
    {
        if (Environment.GetEnvironmentVariable("STATE_DIRECTORY") is { Length: > 0 } systemd)
        {
            return systemd.Split(':')[0];
        }

        var home = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state
            ? state
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");

        return Path.Combine(home, "mailstats");
    }

    /// <summary>State belongs to one server and key: another server knows nothing of what this one was sent.</summary>
    public static string For(string folder, Uri url, string key)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{url}\n{key}"));

        return Path.Combine(folder, Convert.ToHexStringLower(hash.AsSpan(0, 8)));
    }
}
