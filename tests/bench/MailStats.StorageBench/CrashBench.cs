using System.Diagnostics;
using System.Globalization;
using MailStats.Contracts;
using MailStats.Mail.Statistics;
using MailStats.Stores.Administration;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Notifications;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Deliveries;
using MailStats.Stores.Sqlite.Notifications;
using MailStats.Stores.Sqlite.Search;
using MailStats.Stores.Statistics;
using MailStats.Stores.Upkeep;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailStats.StorageBench;

/// <summary>
/// Kills a writing process (SIGKILL) again and again at random moments, and each time asks the store whether everything it
/// had acknowledged is there, counted once, in a file that is whole. The child says what was acknowledged on its standard
/// output; what it was doing when it died may be there or not, but never half.
/// </summary>
internal static class CrashBench
{
    private const int BatchEvents = 600;
    private const int Domains = 50;

    public static async Task<int> RunAsync(DirectoryInfo folder, int kills, int seed, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        var acknowledged = new Acknowledged();
        var moments = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var started = Stopwatch.StartNew();

        for (var kill = 1; kill <= kills; kill++)
        {
            var moment = await KillOnceAsync(folder, random.Next(5, 400), acknowledged, cancellationToken);
            moments[moment] = moments.GetValueOrDefault(moment) + 1;
            await CheckAsync(folder, acknowledged, thorough: kill % 20 == 0 || kill == kills, cancellationToken);
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                    $"{kills} kills in {started.Elapsed.TotalSeconds:F0} s; batches "
                    + $"applied {acknowledged.Applied.Count}, journaled {acknowledged.Journaled.Count}, notices "
                    + $"published {acknowledged.Published.Count}"));
        Console.WriteLine("killed while: " + string.Join(", ", moments.Select(pair => $"{pair.Key} {pair.Value}")));
        Console.WriteLine("nothing acknowledged was lost, nothing was counted twice, the files were whole every time");

        return 0;
    }

    /// <summary>The process that is killed: goes on from the batch it is given, and says each thing after it is acknowledged.</summary>
    public static async Task<int> WriteAsync(DirectoryInfo folder, int from, CancellationToken cancellationToken)
    {
        using var host = Open(folder);
        var deliveries = host.Services.GetRequiredService<IDeliveryStore>();
        var journal = host.Services.GetRequiredService<IIntakeJournal>();
        var outbox = host.Services.GetRequiredService<IOutbox>();
        var indexer = host.Services.GetRequiredService<SqliteSearchIndexer>();
        // The first calls are slow (compilation): what was told before is told again, which changes nothing.
        await deliveries.ApplyAsync(from > 0 ? Batch(from - 1) : [], cancellationToken);
        await journal.RemoveAsync([Guid.Empty], cancellationToken);
        await outbox.ReadPendingAsync(1, cancellationToken);
        await Console.Out.WriteLineAsync("ready");

        for (var number = from; ; number++)
        {
            var events = Batch(number);
            var batch = new DeliveriesReported
            {
                BatchId = IdOf(number), ReceivedAt = StoreHost.Start30DaysAgo, Deliveries = [.. events.Select(delivery => delivery.Event)],
            };
            await SayAsync("journal", number);
            await journal.AppendAsync([batch], cancellationToken);
            await SayAsync("journaled", number);
            await deliveries.ApplyAsync(events, cancellationToken);
            await SayAsync("applied", number);
            await journal.RemoveAsync([batch.BatchId], cancellationToken);
            await SayAsync("removed", number);
            await SayAsync("index", number);
            await indexer.StepAsync(long.MaxValue, cancellationToken);
            await SayAsync("indexed", number);

            if (number % 7 == 0)
            {
                await Console.Out.WriteLineAsync("checkpoint");
                Checkpoint(folder);
            }

            foreach (var message in await outbox.ReadPendingAsync(10, cancellationToken))
            {
                await Console.Out.WriteLineAsync("published " + message.NoticeId);
                await outbox.MarkPublishedAsync([message.Id], cancellationToken);
                await Console.Out.WriteLineAsync("marked " + message.NoticeId);
            }
        }

        static Task SayAsync(string what, int number) => Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{what} {number}"));
    }

    private static async Task<string> KillOnceAsync(DirectoryInfo folder, int milliseconds, Acknowledged acknowledged, CancellationToken cancellationToken)
    {
        using var child = new Process
        {
            StartInfo = new("dotnet")
            {
                ArgumentList =
                {
                    typeof(CrashBench).Assembly.Location, "crash-child", "--data", folder.FullName,
                    "--from", acknowledged.Next.ToString(CultureInfo.InvariantCulture),
                },
                RedirectStandardOutput = true,
            },
        };
        child.Start();
        var last = "starting";

        Require(await child.StandardOutput.ReadLineAsync(cancellationToken) == "ready", "the writing process did not start");

        // From here on the time runs: opening is quick to survive, what comes after is what matters.
        using var timer = new Timer(_ => child.Kill(), null, milliseconds, Timeout.Infinite);

        while (await child.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            last = line;
            acknowledged.Take(line);
        }

        await child.WaitForExitAsync(cancellationToken);

        return last.Split(' ')[0] switch
        {
            "journal" => "journaling",
            "journaled" => "applying",
            "applied" => "clearing the journal",
            "published" => "marking the outbox",
            "checkpoint" => "checkpointing",
            "index" => "indexing",
            _ => "in between",
        };
    }

    private static async Task CheckAsync(DirectoryInfo folder, Acknowledged acknowledged, bool thorough, CancellationToken cancellationToken)
    {
        using var host = Open(folder);
        var journal = host.Services.GetRequiredService<IIntakeJournal>();
        var deliveries = host.Services.GetRequiredService<IDeliveryStore>();
        var left = new HashSet<Guid>();

        await foreach (var batch in journal.ReadAllAsync(cancellationToken))
        {
            left.Add(batch.BatchId);
        }

        foreach (var number in acknowledged.Journaled.Where(number => !acknowledged.Applied.Contains(number)))
        {
            // Acknowledged to a client but not applied: the journal has it, and the start after a crash applies it.
            Require(left.Contains(IdOf(number)) || acknowledged.Removed.Contains(number), $"journaled batch {number} is lost");
            await deliveries.ApplyAsync(Batch(number), cancellationToken);
            acknowledged.Applied.Add(number);
        }

        await journal.RemoveAsync([.. left], cancellationToken);

        // Nothing of an applied batch may be new to the store: all of it is there, and telling it again changes nothing.
        foreach (var number in acknowledged.Applied.Order().TakeLast(thorough ? int.MaxValue : 3))
        {
            var again = await deliveries.ApplyAsync(Batch(number), cancellationToken);
            Require(again.Changed == 0, $"of applied batch {number}, {again.Changed} events were lost");
        }

        var range = new TimeRange(StoreHost.Start30DaysAgo, StoreHost.Start30DaysAgo.AddDays(31));
        var sum = await host.Services.GetRequiredService<IStatisticsStore>().SumAsync(new(Traffic.Tenant), range, cancellationToken);
        var expected = acknowledged.Applied.Count * (BatchEvents / 2L);
        // A batch that died between commit and acknowledgement is there too: it will be told again, and counted by then.
        Require(
            sum.Recipients == expected || sum.Recipients == expected + (BatchEvents / 2),
            $"{sum.Recipients} recipients are counted, {expected} were acknowledged");

        if (thorough)
        {
            var notices = Count(folder, $"outbox WHERE type = '{NoticePerBatch.Type}'");
            Require(notices == sum.Recipients / (BatchEvents / 2), $"{notices} notices were written for {sum.Recipients / (BatchEvents / 2)} batches");

            // Every address that entered the list was told of, once.
            var listed = Count(folder, "suppressions WHERE cause > 0");
            var told = await host.Services.GetRequiredService<IOutbox>().ReadSinceAsync(DateTimeOffset.UnixEpoch, cancellationToken).CountAsync(
                message => message.Type == nameof(RecipientSuppressed), cancellationToken);
            Require(listed == told, $"{listed} addresses are on the suppression list, {told} were told of");

            var report = await host.Services.GetRequiredService<IVerificationStore>().VerifyAsync(repair: false, cancellationToken);
            Require(report.Differences == 0, "rollups or the search index differ from the deliveries: " + string.Join("; ", report.Examples));

            foreach (var file in new[] { "statistics.db", "intake.db", "search.db" })
            {
                Require(Whole(Path.Combine(folder.FullName, file)), file + " is damaged");
            }
        }
    }

    private static long Count(DirectoryInfo folder, string rows) =>
        long.Parse(Ask(Path.Combine(folder.FullName, "statistics.db"), $"SELECT count(*) FROM {rows}")!, CultureInfo.InvariantCulture);

    private static IHost Open(DirectoryInfo folder) =>
        StoreHost.Start(folder, services => services.AddSingleton<ISqliteApplyParticipant, NoticePerBatch>());

    private static List<ClassifiedDelivery> Batch(int number) =>
        new Traffic(10_000_000, Domains, StoreHost.Start30DaysAgo).Batch((long)number * (BatchEvents / 2), BatchEvents / 2);

    private static Guid IdOf(int number) => new(number, 0, 0, new byte[8]);

    private static void Checkpoint(DirectoryInfo folder)
    {
        foreach (var file in new[] { "statistics.db", "intake.db" })
        {
            Ask(Path.Combine(folder.FullName, file), "PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    private static bool Whole(string file) => Ask(file, "PRAGMA integrity_check") == "ok";

    private static string? Ask(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;

        return command.ExecuteScalar()?.ToString();
    }

    private static void Require(bool fulfilled, string otherwise)
    {
        if (!fulfilled)
        {
            throw new InvalidOperationException(otherwise);
        }
    }

    /// <summary>Writes one notice for each batch, in the transaction that applies it.</summary>
    private sealed class NoticePerBatch : ISqliteApplyParticipant
    {
        public const string Type = "Bench";

        public void Applied(SqliteSession session, AppliedChanges changes)
        {
            foreach (var delivery in changes.New)
            {
                var number = int.Parse(delivery.QueueId, NumberStyles.HexNumber, CultureInfo.InvariantCulture) / (BatchEvents / 2);
                SqliteOutbox.Append(session, IdOf(number), Type, "{}", StoreHost.Start30DaysAgo);
            }
        }
    }

    private sealed class Acknowledged
    {
        public HashSet<int> Journaled { get; } = [];

        public HashSet<int> Applied { get; } = [];

        public HashSet<int> Removed { get; } = [];

        public HashSet<string> Published { get; } = new(StringComparer.Ordinal);

        /// <summary>The batch after the last whose journaling was acknowledged: what was in flight is told again, as a client would.</summary>
        public int Next => Journaled.Count == 0 ? 0 : Journaled.Max() + 1;

        public void Take(string line)
        {
            var words = line.Split(' ');
            var set = words[0] switch { "journaled" => Journaled, "applied" => Applied, "removed" => Removed, _ => null };
            set?.Add(int.Parse(words[1], CultureInfo.InvariantCulture));

            if (words[0] == "marked")
            {
                Require(Published.Add(words[1]), $"notice {words[1]} came again after it was marked");
            }
        }
    }
}
