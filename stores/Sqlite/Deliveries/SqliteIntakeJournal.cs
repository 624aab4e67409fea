using System.Runtime.CompilerServices;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Time;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Deliveries;

/// <summary>A file of its own, so that taking mail in never waits for statistics. Callers at the same time share one fsync.</summary>
internal sealed class SqliteIntakeJournal(SqliteDatabase database, TimeProvider time) : IIntakeJournal
{
    private const int ReadAtOnce = 16;
    private const int MaxExamples = 20;
    private const int BytesOfEvent = 512;

    public async Task AppendAsync(IReadOnlyList<DeliveriesReported> batches, CancellationToken cancellationToken)
    {
        // Serialized before queueing: the writer's time is the one thing all callers share.
        var contents = new RentedBytes[batches.Count];

        for (var index = 0; index < contents.Length; index++)
        {
            contents[index] = Serialize(batches[index]);
        }

        try
        {
            await database.WriteAsync(
                session =>
                {
                    for (var index = 0; index < contents.Length; index++)
                    {
                        Insert(session, batches[index].BatchId, contents[index]);
                    }

                    return contents.Length;
                },
                cancellationToken);
        }
        finally
        {
            // However it ended, the writer is done with them: a cancelled change is one that it did not begin.
            Array.ForEach(contents, content => content.Dispose());
        }
    }

    public async Task<int?> QuarantineAsync(DeliveriesReported batch, string reason, DateTimeOffset failedAt, CancellationToken cancellationToken)
    {
        using var content = Serialize(batch);

        return await database.WriteAsync(
            session =>
            {
                Delete(session, "DELETE FROM quarantine WHERE batch = ?1", batch.BatchId);
                var others = (int)Number(session.Prepare("SELECT count(*) FROM quarantine"));

                if (others >= IIntakeJournal.MaxQuarantined)
                {
                    return (int?)null;
                }

                Insert(session, batch.BatchId, content);
                session.Prepare("INSERT INTO quarantine (batch, failed_at, events, reason) VALUES (?1, ?2, ?3, ?4)")
                    .Bind(1, batch.BatchId.ToByteArray()).Bind(2, UnixTime.ToMicroseconds(failedAt)).Bind(3, batch.Deliveries.Count)
                    .Bind(4, reason.Length > IIntakeJournal.LongestReason ? reason[..IIntakeJournal.LongestReason] : reason)
                    .Execute();

                return others + 1;
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<QuarantinedBatch>> QuarantinedAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<QuarantinedBatch>>(database.Read(session =>
        {
            var batches = new List<QuarantinedBatch>();
            var rows = session.Prepare("SELECT batch, failed_at, events, reason FROM quarantine ORDER BY failed_at, batch");

            while (rows.Step())
            {
                var batch = rows.Blob(0) is { Length: 16 } id ? new Guid(id) : Guid.Empty;
                batches.Add(new(batch, UnixTime.FromMicroseconds(rows.Long(1)), (int)rows.Long(2), rows.Text(3)));
            }

            return batches;
        }));

    public Task<int> ReleaseAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var released = (int)Number(session.Prepare("SELECT count(*) FROM quarantine"));
                session.Prepare("DELETE FROM quarantine").Execute();

                return released;
            },
            cancellationToken);

    private static void Insert(SqliteSession session, Guid batchId, RentedBytes content) =>
        session.Prepare("INSERT INTO batches (batch, content) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
            .Bind(1, batchId.ToByteArray())
            .ExecuteWith(2, content.Written);

    private static void Delete(SqliteSession session, string sql, Guid batchId) =>
        session.Prepare(sql).Bind(1, batchId.ToByteArray()).Execute();

    private static RentedBytes Serialize(DeliveriesReported batch)
    {
        var content = new RentedBytes(expected: batch.Deliveries.Count * BytesOfEvent);
        using var writer = new Utf8JsonWriter(content);
        JsonSerializer.Serialize(writer, batch, IntakeJson.Default.DeliveriesReported);

        return content;
    }

    public Task RemoveAsync(IReadOnlyList<Guid> batchIds, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                foreach (var id in batchIds)
                {
                    Delete(session, "DELETE FROM batches WHERE batch = ?1", id);
                    Delete(session, "DELETE FROM quarantine WHERE batch = ?1", id);
                }

                return batchIds.Count;
            },
            cancellationToken);

    public async IAsyncEnumerable<DeliveriesReported> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What comes in from now on is published by whoever appends it.
        var last = database.Read(session => Number(session.Prepare("SELECT ifnull(max(id), 0) FROM batches")));
        var done = 0L;

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = database.Read(session => ReadSome(session, done, last));

            if (rows.Count == 0)
            {
                yield break;
            }

            foreach (var row in rows)
            {
                if (row.Batch is { } batch)
                {
                    yield return batch;
                }
                else
                {
                    await SetAsideAsync(row, cancellationToken);
                }

                done = row.Id;
            }

            await Task.Yield();
        }
    }

    public async Task<JournalReport> VerifyAsync(bool repair, CancellationToken cancellationToken)
    {
        var (read, damaged, examples) = (0L, 0L, new List<string>());

        for (var done = 0L; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();

            if (database.Read(session => ReadSome(session, done, long.MaxValue)) is not { Count: > 0 } rows)
            {
                return new(read, examples, damaged);
            }

            foreach (var row in rows)
            {
                done = row.Id;

                if (row.Batch is not null)
                {
                    read++;
                    continue;
                }

                damaged++;

                if (examples.Count < MaxExamples)
                {
                    examples.Add(FormattableString.Invariant($"intake journal: batch {Convert.ToHexString(row.Key)}, row {row.Id}: {row.Damage}"));
                }

                if (repair)
                {
                    await SetAsideAsync(row, cancellationToken);
                }
            }
        }
    }

    /// <summary>However full the quarantine is: the row holds its place on disk in any case.</summary>
    private Task<int> SetAsideAsync(JournalRow row, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            session.Prepare("INSERT INTO quarantine (batch, failed_at, events, reason) VALUES (?1, ?2, 0, ?3) ON CONFLICT DO NOTHING")
                .Bind(1, row.Key).Bind(2, UnixTime.ToMicroseconds(time.GetUtcNow())).Bind(3, "The row is damaged: " + row.Damage)
                .Execute();

            return 1;
        },
        cancellationToken);

    private static List<JournalRow> ReadSome(SqliteSession session, long after, long last)
    {
        var batches = new List<JournalRow>(ReadAtOnce);
        var rows = session.Prepare(
            """
            SELECT id, batch, content FROM batches
            WHERE id > ?1 AND id <= ?2 AND batch NOT IN (SELECT batch FROM quarantine)
            ORDER BY id LIMIT ?3
            """)
            .Bind(1, after).Bind(2, last).Bind(3, ReadAtOnce);

        while (rows.Step())
        {
            var (batch, damage) = Read(rows.Blob(2));
            batches.Add(new(rows.Long(0), rows.Blob(1).ToArray(), batch, damage));
        }

        return batches;
    }

    private static (DeliveriesReported? Batch, string? Damage) Read(ReadOnlySpan<byte> content)
    {
        try
        {
            return JsonSerializer.Deserialize(content, IntakeJson.Default.DeliveriesReported) is { } batch ? (batch, null) : (null, "it is empty");
        }
        catch (JsonException damage)
        {
            // Where, and not what: the text around it may quote mail.
            return (null, FormattableString.Invariant($"its content is no batch from byte {damage.BytePositionInLine ?? 0} on"));
        }
    }

    private sealed record JournalRow(long Id, byte[] Key, DeliveriesReported? Batch, string? Damage);

    private static long Number(SqliteStatement row)
    {
        row.Step();
        var number = row.Long(0);
        row.Reset();

        return number;
    }
}
