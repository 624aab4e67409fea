using MailStats.Stores;
using MailStats.Stores.Administration;

namespace MailStats.Standalone;

/// <summary>An API key that Standalone makes for itself and keeps in a file of the data folder, for its owner alone.</summary>
internal static class KeptKey
{
    /// <summary>The key in the file; a new one where the file is missing or its key opens nothing any more.</summary>
    public static async Task<(string Key, bool IsNew)> GetAsync(
        IApiKeyStore keys, string file, string tenant, string name, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        var kept = File.Exists(file) ? (await File.ReadAllTextAsync(file, cancellationToken)).Trim() : "";
        var works = kept.Length > 0 && await keys.FindAsync(kept, cancellationToken) is not null;

        return works ? (kept, false) : (await MakeAsync(keys, file, tenant, name, scopes, cancellationToken), true);
    }

    private static async Task<string> MakeAsync(
        IApiKeyStore keys, string file, string tenant, string name, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        var made = await keys.CreateAsync(tenant, new(name, scopes, [], null), cancellationToken);

        // A new file, so that it has this mode from its first byte.
        File.Delete(file);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };

        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var writer = new StreamWriter(file, options);
        await writer.WriteLineAsync(made.Key.AsMemory(), cancellationToken);

        return made.Key;
    }
}
