using MailStats.Mail.Time;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>The files of the SQLite store, opened and brought up to date at start.</summary>
internal sealed class SqliteFiles(IOptions<StorageOptions> options) : IHostedService, IAsyncDisposable
{
    private const string StatisticsName = "statistics.db";
    private const string IntakeName = "intake.db";
    private const string SearchName = "search.db";

    private const long LeastSpace = 32_000_000;

    // What a large transaction changes fits (500 bytes for each of 20,000 events, and their rollups): time comes first in
    // every index, so new rows fill few pages.
    private const int StatisticsCacheKilobytes = 24_576;

    // Written and removed in the order it came, never looked for.
    private const int IntakeCacheKilobytes = 4_096;

    // Segments are written from first to last.
    private const int SearchCacheKilobytes = 4_096;

    public SqliteDatabase Statistics { get; } = new(
        Path.Combine(options.Value.Path, StatisticsName), SqliteSchema.Statistics, StatisticsCacheKilobytes, () => RefuseEmptied(options.Value.Path));

    public SqliteDatabase Intake { get; } = new(Path.Combine(options.Value.Path, IntakeName), SqliteSchema.Intake, IntakeCacheKilobytes);

    /// <summary>Follows from the statistics: where it is missing, it is made anew.</summary>
    public SqliteDatabase Search { get; } = new(Path.Combine(options.Value.Path, SearchName), SqliteSchema.Search, SearchCacheKilobytes);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Statistics.EnsureReady();
        Intake.EnsureReady();
        Search.EnsureReady();

        return Task.CompletedTask;
    }

    /// <summary>
    /// The journal is made after the statistics, so beside it they are never empty by themselves: they were cut off or removed,
    /// and a new store in their place would hide that.
    /// </summary>
    /// <exception cref="StorageUnavailableException">They are empty or missing.</exception>
    private static void RefuseEmptied(string folder)
    {
        var (statistics, journal) = (new FileInfo(Path.Combine(folder, StatisticsName)), new FileInfo(Path.Combine(folder, IntakeName)));

        if (journal is { Exists: true, Length: > 0 } && statistics is not { Exists: true, Length: > 0 })
        {
            throw new StorageUnavailableException(
                $"{statistics.FullName} is {(statistics.Exists ? "empty" : "missing")}, and {journal.Name} beside it is not: the statistics were lost. "
                + $"Restore a backup; to begin anew, move {journal.Name} away.",
                null);
        }
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
        await Search.DisposeAsync();
        await Statistics.DisposeAsync();
        await Intake.DisposeAsync();
    }
}
