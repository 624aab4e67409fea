namespace MailStats.Stores.Tests.Sqlite;

/// <summary>A folder for one test, gone afterwards.</summary>
internal sealed class TemporaryFolder : IAsyncDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mailstats-fault-").FullName;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Path, recursive: true);

        return default;
    }
}
