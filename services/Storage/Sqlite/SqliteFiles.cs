using MailStats.Storage.Deliveries;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MailStats.Storage.Sqlite;

/// <summary>The two files of the SQLite store, opened and brought up to date at start.</summary>
internal sealed class SqliteFiles(IOptions<StorageOptions> options) : IHostedService, IAsyncDisposable
{
    public SqliteDatabase Statistics { get; } = new(Path.Combine(options.Value.Path, "statistics.db"), SqliteSchema.Statistics);

    public SqliteDatabase Intake { get; } = new(Path.Combine(options.Value.Path, "intake.db"), SqliteSchema.Intake);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Statistics.EnsureReady();
        Intake.EnsureReady();

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ProbeAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        Statistics.WriteAsync(
            session =>
            {
                session.Prepare("INSERT INTO probe (id, at) VALUES (1, ?1) ON CONFLICT DO UPDATE SET at = ?1").Bind(1, Time.ToMicroseconds(now)).Execute();

                return true;
            },
            cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Statistics.DisposeAsync();
        await Intake.DisposeAsync();
    }
}
