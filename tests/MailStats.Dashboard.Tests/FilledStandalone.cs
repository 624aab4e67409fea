namespace MailStats.Dashboard.Tests;

/// <summary>One Standalone with mail in it, shared by the tests of a class or of all classes.</summary>
public abstract class FilledStandalone : IAsyncLifetime
{
    private StandaloneProcess? _standalone;

    internal StandaloneProcess Standalone => _standalone ?? throw new InvalidOperationException(Browser.Missing);

    public async Task InitializeAsync()
    {
        if (Browser.Missing is null)
        {
            _standalone = await StandaloneProcess.StartAsync();
            await FillAsync(_standalone);
        }
    }

    public async Task DisposeAsync()
    {
        if (_standalone is not null)
        {
            await _standalone.DisposeAsync();
        }
    }

    /// <summary>Returns when what was put in is counted.</summary>
    private protected abstract Task FillAsync(StandaloneProcess standalone);
}
