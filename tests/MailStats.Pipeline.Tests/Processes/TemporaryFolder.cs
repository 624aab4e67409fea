namespace MailStats.Pipeline.Tests.Processes;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mailstats-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
