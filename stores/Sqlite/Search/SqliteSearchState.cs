using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Search;

/// <summary>What the file of statistics knows of the index.</summary>
/// <param name="Reached">Deliveries up to this are, or are just being, indexed.</param>
/// <param name="Step">The indexer's last step, begun or done.</param>
/// <param name="Before">The step before it.</param>
internal readonly record struct SqliteSearchState(long Reached, long Step, long Before)
{
    public static SqliteSearchState Read(SqliteSession session)
    {
        var row = session.Prepare("SELECT reached, step, before FROM search_state");
        row.Step();
        var state = new SqliteSearchState(row.Long(0), row.Long(1), row.Long(2));
        row.Reset();

        return state;
    }

    /// <summary>A delivery up to <see cref="Reached"/> is changed, or its number is given out again: in the transaction that does it.</summary>
    public static void Changed(SqliteSession session, long delivery) =>
        session.Prepare("INSERT INTO search_changed (delivery, version) VALUES (?1, random()) ON CONFLICT DO UPDATE SET version = excluded.version")
            .Bind(1, delivery).Execute();

    /// <summary>A delivery is removed: in the transaction that does it.</summary>
    public static void Gone(SqliteSession session, long delivery) =>
        session.Prepare("INSERT INTO search_gone (delivery) VALUES (?1) ON CONFLICT DO NOTHING").Bind(1, delivery).Execute();

    public bool Follows(SqliteSearchProgress index) => index.Step == Step || index.Step == Before;
}

/// <summary>What the index knows of itself.</summary>
internal readonly record struct SqliteSearchProgress(long Indexed, long Step, int Format)
{
    public static SqliteSearchProgress Read(SqliteSession session)
    {
        var row = session.Prepare("SELECT indexed, step, format FROM progress");
        row.Step();
        var progress = new SqliteSearchProgress(row.Long(0), row.Long(1), row.Int(2));
        row.Reset();

        return progress;
    }

    public void Write(SqliteSession session) =>
        session.Prepare("UPDATE progress SET indexed = ?1, step = ?2, format = ?3").Bind(1, Indexed).Bind(2, Step).Bind(3, Format).Execute();
}
