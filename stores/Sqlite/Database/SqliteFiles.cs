using MailStats.Mail.Time;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>The two files of the SQLite store, opened and brought up to date at start.</summary>
internal sealed class SqliteFiles(IOptions<StorageOptions> options) : IHostedService, IAsyncDisposable
{
    private const long LeastSpace = 32_000_000;

    // What a large transaction changes fits (500 bytes for each of 20,000 events, and their rollups): time comes first in
    // every index, so what is written now stands on few pages.
    private const int StatisticsCacheKilobytes = 24_576;

    // Written and removed in the order it came, never looked for.
    private const int IntakeCacheKilobytes = 4_096;

    public SqliteDatabase Statistics { get; } = new(Path.Combine(options.Value.Path, "statistics.db"), SqliteSchema.Statistics, StatisticsCacheKilobytes);

    public SqliteDatabase Intake { get; } = new(Path.Combine(options.Value.Path, "intake.db"), SqliteSchema.Intake, IntakeCacheKilobytes);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Statistics.EnsureReady();
        Intake.EnsureReady();

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Makes a small change. Fails too when so little space is left that the next large one could not be made: the log of a
    /// busy store alone takes 16 MB before it is folded in.
    /// </summary>
    public async Task ProbeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await Statistics.WriteAsync(
            session =>
            {
                session.Prepare("INSERT INTO probe (id, at) VALUES (1, ?1) ON CONFLICT DO UPDATE SET at = ?1").Bind(1, UnixTime.ToMicroseconds(now)).Execute();

                return true;
            },
            cancellationToken);

        var left = new DriveInfo(Path.GetDirectoryName(Statistics.File)!).AvailableFreeSpace;

        if (left < LeastSpace)
        {
            throw new StorageUnavailableException($"Only {left / 1_000_000} MB are left for {Statistics.File}.", null);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Statistics.DisposeAsync();
        await Intake.DisposeAsync();
    }
}
