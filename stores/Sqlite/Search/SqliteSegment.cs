using System.Buffers;
using MailStats.Mail.Search.Segments;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Search;

/// <summary>A segment of the index as it stands in the file.</summary>
/// <param name="session">Where to read.</param>
/// <param name="id">Its number.</param>
/// <param name="age">The greater, the newer is what it says.</param>
/// <param name="documents">Documents in it.</param>
/// <param name="firstAt">The time of its latest document.</param>
internal sealed class SqliteSegment(SqliteSession session, long id, long age, int documents, long firstAt) : ISegmentInput
{
    /// <summary>A segment's parts are numbered within this.</summary>
    public const int PartBits = 24;

    public long Id => id;

    public long Age => age;

    public long FirstAt => firstAt;

    public int DocumentCount => documents;

    private long FirstPart => id << PartBits;

    public static List<SqliteSegment> ReadAll(SqliteSession session)
    {
        var segments = new List<SqliteSegment>();
        var rows = session.Prepare("SELECT id, age, documents, first_at FROM segments ORDER BY age DESC");

        while (rows.Step())
        {
            segments.Add(new(session, rows.Long(0), rows.Long(1), rows.Int(2), rows.Long(3)));
        }

        return segments;
    }

    public int ChunkOf(long at)
    {
        if (at >= firstAt)
        {
            return 0;
        }

        var row = session.Prepare("SELECT max(id) FROM document_times WHERE id BETWEEN ?1 AND ?2 AND first_at > ?3")
            .Bind(1, FirstPart).Bind(2, FirstPart + documents).Bind(3, at);
        row.Step();
        var chunk = row.LongOrNull(0) is { } found ? (int)(found - FirstPart) : 0;
        row.Reset();

        return chunk;
    }

    public byte[] Documents(int chunk)
    {
        var row = session.Prepare("SELECT bytes FROM documents WHERE id = ?1").Bind(1, FirstPart + chunk);
        var bytes = row.Step() ? row.Blob(0).ToArray() : throw Missing($"documents {chunk}");
        row.Reset();

        return bytes;
    }

    public IEnumerable<ReadOnlyMemory<byte>> TermsFrom(byte[] term)
    {
        var first = session.Prepare("SELECT block FROM first_terms WHERE segment = ?1 AND term <= ?2 ORDER BY term DESC LIMIT 1").Bind(1, id).Bind(2, term);
        var block = first.Step() ? first.Int(0) : 0;
        first.Reset();
        using var buffer = new RentedBlock();

        while (ReadTerms(block++, buffer))
        {
            yield return buffer.Bytes;
        }
    }

    private bool ReadTerms(int block, RentedBlock buffer)
    {
        var row = session.Prepare("SELECT bytes FROM terms WHERE id = ?1").Bind(1, FirstPart + block);
        var found = row.Step();

        if (found)
        {
            buffer.Take(row.Blob(0));
        }

        row.Reset();

        return found;
    }

    private InvalidDataException Missing(string part) => new($"The search index lacks {part} of segment {id}. verify --repair makes it anew.");
}

/// <summary>One block of terms after the other in memory that is used again: where a word is common it is hundreds of kilobytes.</summary>
internal sealed class RentedBlock : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(4_096);
    private int _length;

    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    public void Take(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _bytes.Length)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = ArrayPool<byte>.Shared.Rent(bytes.Length);
        }

        bytes.CopyTo(_bytes);
        _length = bytes.Length;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, _length) = ([], 0);
    }
}

/// <summary>Writes a new segment.</summary>
internal sealed class SqliteSegmentOutput : ISegmentOutput
{
    private readonly SqliteSession _session;
    private int _blocks;

    public SqliteSegmentOutput(SqliteSession session, long? age)
    {
        _session = session;
        var row = session.Prepare(
            "INSERT INTO segments (age, documents, first_at, first_row, last_row) VALUES (0, 0, 0, 0, 0) RETURNING id");
        row.Step();
        Id = row.Long(0);
        row.Reset();
        Age = age ?? Id;
    }

    public long Id { get; }

    private long Age { get; }

    private long FirstPart => Id << SqliteSegment.PartBits;

    public void AddDocuments(int chunk, long firstAt, ReadOnlySpan<byte> bytes)
    {
        _session.Prepare("INSERT INTO documents (id, bytes) VALUES (?1, ?2)").Bind(1, FirstPart + chunk).ExecuteWith(2, bytes);
        _session.Prepare("INSERT INTO document_times (id, first_at) VALUES (?1, ?2)").Bind(1, FirstPart + chunk).Bind(2, firstAt).Execute();
    }

    public void AddTerms(ReadOnlySpan<byte> first, ReadOnlySpan<byte> bytes)
    {
        _session.Prepare("INSERT INTO terms (id, bytes) VALUES (?1, ?2)").Bind(1, FirstPart + _blocks).ExecuteWith(2, bytes);
        _session.Prepare("INSERT INTO first_terms (segment, term, block) VALUES (?1, ?2, ?3)").Bind(1, Id).Bind(3, _blocks++).ExecuteWith(2, first);
    }

    /// <summary>Says what is in it; an empty one is taken back.</summary>
    public void End(int documents, long firstRow, long lastRow)
    {
        if (documents == 0)
        {
            Remove(_session, Id);

            return;
        }

        _session.Prepare(
            """
            UPDATE segments SET age = ?2, documents = ?3, first_row = ?4, last_row = ?5, first_at = (SELECT first_at FROM document_times WHERE id = ?6)
            WHERE id = ?1
            """)
            .Bind(1, Id).Bind(2, Age).Bind(3, documents).Bind(4, firstRow).Bind(5, lastRow).Bind(6, FirstPart)
            .Execute();
    }

    public static void Remove(SqliteSession session, long id)
    {
        foreach (var table in new[] { "documents", "document_times", "terms" })
        {
            session.Prepare($"DELETE FROM {table} WHERE id BETWEEN ?1 AND ?2")
                .Bind(1, id << SqliteSegment.PartBits).Bind(2, ((id + 1) << SqliteSegment.PartBits) - 1).Execute();
        }

        session.Prepare("DELETE FROM first_terms WHERE segment = ?1").Bind(1, id).Execute();
        session.Prepare("DELETE FROM segments WHERE id = ?1").Bind(1, id).Execute();
    }
}
