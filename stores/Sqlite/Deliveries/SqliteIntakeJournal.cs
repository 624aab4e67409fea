using System.Runtime.CompilerServices;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Time;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Deliveries;

/// <summary>A file of its own, so that taking mail in never waits for statistics. Callers at the same time share one fsync.</summary>
internal sealed class SqliteIntakeJournal(SqliteDatabase database) : IIntakeJournal
{
    private const int ReadAtOnce = 16;
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
                batches.Add(new(new Guid(rows.Blob(0)), UnixTime.FromMicroseconds(rows.Long(1)), (int)rows.Long(2), rows.Text(3)));
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
            var batches = database.Read(session => ReadSome(session, done, last));

            if (batches.Count == 0)
            {
                yield break;
            }

            foreach (var (id, batch) in batches)
            {
                yield return batch;
                done = id;
            }

            await Task.Yield();
        }
    }

    private static List<(long Id, DeliveriesReported Batch)> ReadSome(SqliteSession session, long after, long last)
    {
        var batches = new List<(long, DeliveriesReported)>(ReadAtOnce);
        var rows = session.Prepare(
            """
            SELECT id, content FROM batches
            WHERE id > ?1 AND id <= ?2 AND batch NOT IN (SELECT batch FROM quarantine)
            ORDER BY id LIMIT ?3
            """)
            .Bind(1, after).Bind(2, last).Bind(3, ReadAtOnce);

        while (rows.Step())
        {
            batches.Add((rows.Long(0), JsonSerializer.Deserialize(rows.Blob(1), IntakeJson.Default.DeliveriesReported)
                ?? throw new InvalidDataException($"Batch {rows.Long(0)} of the intake journal is empty.")));
        }

        return batches;
    }

    private static long Number(SqliteStatement row)
    {
        row.Step();
        var number = row.Long(0);
        row.Reset();

        return number;
    }
}
