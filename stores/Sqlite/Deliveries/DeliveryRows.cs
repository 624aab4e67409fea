using System.Buffers;
using System.Runtime.InteropServices;
using MailStats.Mail.Deliveries;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Search;

namespace MailStats.Stores.Sqlite.Deliveries;

/// <summary>Where deliveries stand in the file: found, added and changed, many with one statement.</summary>
internal sealed class DeliveryRows(SqliteSession session)
{
    private static readonly SqliteRows Find = new(
        "WITH sought (place, key) AS (VALUES",
        columns: 2,
        """
        ) SELECT place, d.id, d.state FROM sought CROSS JOIN delivery_keys k ON k.key = sought.key CROSS JOIN deliveries d ON d.id = k.delivery
        """);

    // OR FAIL: nothing is set aside for undoing one statement. When one fails, the session is given up with its whole transaction.
    private static readonly SqliteRows Insert = new(
        "INSERT OR FAIL INTO deliveries (id, tenant, domain, mailbox, at, status, reason, state) VALUES", columns: 8, "");

    private static readonly SqliteRows InsertKey = new("INSERT OR FAIL INTO delivery_keys (key, delivery) VALUES", columns: 2, "");

    // The id is there: what is inserted is an update, of many rows with the cursors of one statement.
    private static readonly SqliteRows Update = new(
        "INSERT OR FAIL INTO deliveries (id, tenant, domain, mailbox, at, status, reason, state) VALUES",
        columns: 8,
        """
        ON CONFLICT (id) DO UPDATE SET domain = excluded.domain, mailbox = excluded.mailbox, at = excluded.at, status = excluded.status,
          reason = excluded.reason, state = excluded.state
        """);

    private static readonly SqliteRows InsertEarlier = new(
        "INSERT OR FAIL INTO earlier_activities (delivery, status, tenant, domain, mailbox, at) VALUES", columns: 6, "");

    private readonly ArrayBufferWriter<byte> _bytes = new(1024);
    private readonly List<Earlier> _earlier = [];
    private readonly List<long> _changed = [];
    private readonly List<(DeliveryStatus Status, Outcome Outcome)> _activities = [];
    private long _lastId;

    /// <summary>How far the search index is: what changes behind that, it reads in any case.</summary>
    private readonly long _indexed = SqliteSearchState.Read(session).Reached;

    /// <summary>Hands on the id and state of each delivery that has a row, with its place among those sought.</summary>
    public void Load(ReadOnlySpan<SoughtDelivery> sought, Action<int, StoredRow, DeliveryState> found)
    {
        Find.Run(
            session,
            sought,
            static (ref row, in delivery) =>
            {
                row.Add(delivery.Place);
                AddHash(ref row, delivery.Key);
            },
            row =>
            {
                var (_, recipient, state) = DeliveryCodec.Decode(row.Blob(2), session.Texts);
                found(row.Int(0), new(row.Long(1), recipient), state);
            });
    }

    /// <summary>Adds rows. The ids go on from the highest there is.</summary>
    public void Add(List<DeliveryRow> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var highest = session.Prepare("SELECT ifnull(max(id), 0) FROM deliveries");
        highest.Step();
        _lastId = highest.Long(0);
        highest.Reset();

        Insert.Run(session, CollectionsMarshal.AsSpan(rows), (ref row, in delivery) => Bind(ref row, ++_lastId, delivery));
        var id = _lastId - rows.Count;
        InsertKey.Run(session, CollectionsMarshal.AsSpan(rows), (ref row, in delivery) =>
        {
            AddHash(ref row, delivery.Key);
            row.Add(++id);
        });
        WriteEarlier();
    }

    public void Change(List<DeliveryRow> rows)
    {
        foreach (ref readonly var delivery in CollectionsMarshal.AsSpan(rows))
        {
            if (delivery.HadEarlier)
            {
                session.Prepare("DELETE FROM earlier_activities WHERE delivery = ?1").Bind(1, delivery.Id).Execute();
            }
        }

        Update.Run(session, CollectionsMarshal.AsSpan(rows), (ref row, in delivery) => Bind(ref row, delivery.Id, delivery));
        WriteEarlier();
    }

    private void Bind(ref SqliteRow row, long id, in DeliveryRow delivery)
    {
        if (id <= _indexed)
        {
            _changed.Add(id);
        }

        row.Add(id);
        row.Add(delivery.Scopes.Tenant);
        row.Add(delivery.Scopes.Domain);
        row.Add(delivery.Scopes.Mailbox);
        row.Add(delivery.State.StatusAt());
        row.Add((int)delivery.State.Status());
        row.Add(delivery.Reason);
        row.Add(Encode(delivery));
        Gather(id, delivery);
    }

    private static void AddHash(ref SqliteRow row, in DeliveryKey key)
    {
        Span<byte> hash = stackalloc byte[DeliveryKey.HashLength];
        key.WriteHash(hash);
        row.Add(hash);
    }

    private ReadOnlySpan<byte> Encode(in DeliveryRow delivery)
    {
        _bytes.ResetWrittenCount();
        DeliveryCodec.Encode(new(delivery.Key.MessageKey, delivery.Key.Recipient, delivery.State), session.Texts, _bytes);

        return _bytes.WrittenSpan;
    }

    private void Gather(long id, in DeliveryRow delivery)
    {
        _activities.Clear();
        delivery.State.AddEarlierActivities(_activities);

        foreach (var (status, outcome) in _activities)
        {
            _earlier.Add(new(id, status, delivery.Scopes, outcome.At));
        }
    }

    private void WriteEarlier()
    {
        InsertEarlier.Run(session, CollectionsMarshal.AsSpan(_earlier), static (ref row, in earlier) =>
        {
            row.Add(earlier.Delivery);
            row.Add((int)earlier.Status);
            row.Add(earlier.Scopes.Tenant);
            row.Add(earlier.Scopes.Domain);
            row.Add(earlier.Scopes.Mailbox);
            row.Add(earlier.At);
        });
        _earlier.Clear();
        _changed.ForEach(id => SqliteSearchState.Changed(session, id));
        _changed.Clear();
    }

    private readonly record struct Earlier(long Delivery, DeliveryStatus Status, ScopeIds Scopes, long At);
}

/// <param name="Id">Its row.</param>
/// <param name="Recipient">In the form in which it is kept there.</param>
internal readonly record struct StoredRow(long Id, string Recipient);

/// <param name="Place">What the finder knows it by.</param>
/// <param name="Key">What names the delivery.</param>
internal readonly record struct SoughtDelivery(int Place, DeliveryKey Key);

/// <summary>A delivery as it is to be written.</summary>
/// <param name="Id">Its row; 0 while it has none.</param>
/// <param name="Key">What names it.</param>
/// <param name="State">All that is known of it.</param>
/// <param name="Scopes">Whose it is.</param>
/// <param name="Reason">What its failure is counted under, null where nothing failed finally.</param>
/// <param name="HadEarlier">Earlier activities have been written for it.</param>
internal readonly record struct DeliveryRow(long Id, DeliveryKey Key, DeliveryState State, ScopeIds Scopes, long? Reason, bool HadEarlier);
