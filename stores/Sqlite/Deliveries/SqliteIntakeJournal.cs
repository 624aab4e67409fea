using System.Runtime.CompilerServices;
using System.Text.Json;
using MailStats.Contracts;
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
                        session.Prepare("INSERT INTO batches (batch, content) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
                            .Bind(1, batches[index].BatchId.ToByteArray())
                            .ExecuteWith(2, contents[index].Written);
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
                    session.Prepare("DELETE FROM batches WHERE batch = ?1").Bind(1, id.ToByteArray()).Execute();
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
        var rows = session.Prepare("SELECT id, content FROM batches WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3")
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
