using System.Buffers.Binary;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>
/// Which addresses may have an entry: 64 bits of the hash of each that has one. Nearly all mail goes to addresses that have none,
/// and for these nothing is read. Of one writer's session; what other processes add is seen by its id, for entries are never
/// deleted, and each new one has a higher id than all before.
/// </summary>
internal sealed class SqliteListed
{
    /// <summary>Entries that are kept in memory, 20 MB. Where there are more, each address is looked for.</summary>
    public const int Most = 500_000;

    private readonly HashSet<ulong> _hashes = [];
    private long _last;
    private bool _isTooMany;

    public bool MayHave(ReadOnlySpan<byte> hash) => _isTooMany || _hashes.Contains(PrefixOf(hash));

    /// <summary>Takes in what has been added since the last time.</summary>
    /// <param name="session">The open write transaction, in which nobody else adds any.</param>
    public void CatchUp(SqliteSession session)
    {
        var highest = session.Prepare("SELECT ifnull(max(id), 0) FROM suppressions");
        highest.Step();
        var last = highest.Long(0);
        highest.Reset();

        if (last > Most)
        {
            _isTooMany = true;
            _hashes.Clear();
        }

        if (_isTooMany || last == _last)
        {
            return;
        }

        var rows = session.Prepare("SELECT hash FROM suppressions WHERE id > ?1").Bind(1, _last);

        while (rows.Step())
        {
            _hashes.Add(PrefixOf(rows.Blob(0)));
        }

        _last = last;
    }

    private static ulong PrefixOf(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt64BigEndian(hash);
}
