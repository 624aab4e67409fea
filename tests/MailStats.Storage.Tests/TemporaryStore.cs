using MailStats.Storage.Quotas;
using MailStats.Storage.Sqlite;
using MailStats.Storage.Sqlite.Quotas;
using Microsoft.Extensions.Options;

namespace MailStats.Storage.Tests;

/// <summary>A SQLite store in a folder of its own, gone afterwards.</summary>
internal sealed class TemporaryStore : IAsyncDisposable
{
    private readonly bool _owned;

    public TemporaryStore(string? folder = null, TimeProvider? time = null, QuotaOptions? quotas = null)
    {
        _owned = folder is null;
        Folder = folder ?? Directory.CreateTempSubdirectory("mailstats-store-").FullName;
        var clock = time ?? TimeProvider.System;
        Files = new SqliteFiles(Options.Create(new StorageOptions { Path = Folder }));
        var quotaOptions = Options.Create(quotas ?? new QuotaOptions());
        Deliveries = new(Files.Statistics, [new SqliteQuotaParticipant(quotaOptions, clock)]);
        Quotas = new(Files.Statistics, quotaOptions, clock);
        Statistics = new(Files.Statistics);
        Log = new(Files.Statistics);
        Journal = new(Files.Intake);
        Keys = new(Files.Statistics, clock);
        Tenants = new(Files.Statistics, clock);
        Outbox = new(Files.Statistics, clock);
    }

    public string Folder { get; }

    public SqliteFiles Files { get; }

    public SqliteDeliveryStore Deliveries { get; }

    public SqliteQuotaStore Quotas { get; }

    public SqliteStatisticsStore Statistics { get; }

    public SqliteDeliveryLog Log { get; }

    public SqliteIntakeJournal Journal { get; }

    public SqliteApiKeyStore Keys { get; }

    public SqliteTenantStore Tenants { get; }

    public SqliteOutbox Outbox { get; }

    public async ValueTask DisposeAsync()
    {
        await Files.DisposeAsync();

        if (_owned)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
