using System.Reflection;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>
/// The numbered scripts of one database, embedded from <c>Sqlite/Schema</c>. The file remembers how many it has seen in
/// <c>user_version</c>, and in <c>compatibility</c> how many a program must know at least to work on it.
/// </summary>
/// <remarks>
/// Old replicas run, and start again, beside new ones while these are rolled out. So a script only adds what old code does
/// not look at: tables, indexes, columns with a default. One that cannot do with that sets <c>compatibility.oldest</c> to
/// its own number; older programs refuse the file from then on.
/// </remarks>
internal sealed class SqliteSchema
{
    private readonly IReadOnlyList<string> _scripts;

    private readonly Action<SqliteSession>? _finish;

    /// <param name="scripts">The scripts, first to last.</param>
    /// <param name="finish">Work of the last scripts that SQL alone cannot do. Runs at every start, and finds nothing to do when it is done.</param>
    public SqliteSchema(IReadOnlyList<string> scripts, Action<SqliteSession>? finish = null) => (_scripts, _finish) = (scripts, finish);

    public static SqliteSchema Statistics { get; } = Embedded("Schema", session =>
    {
        SqliteMove.Finish(session);
        SqliteTallyMove.Finish(session);
    });

    public static SqliteSchema Intake { get; } = Embedded("IntakeSchema");

    public static SqliteSchema Search { get; } = Embedded("SearchSchema");

    public int Version => _scripts.Count;

    /// <summary>The schema as it was when it had fewer scripts.</summary>
    public SqliteSchema UpTo(int version) => new([.. _scripts.Take(version)]);

    /// <summary>Runs what the file has not seen yet, each script with its number in one transaction. Safe beside other processes.</summary>
    public void Upgrade(SqliteSession session, string file)
    {
        while (true)
        {
            // Read first without a lock: a store that is up to date is never waited for.
            var version = VersionOf(session);

            if (version == Version || (version > Version && OldestOf(session) <= Version))
            {
                _finish?.Invoke(session);
                return;
            }

            if (version > Version)
            {
                throw new InvalidOperationException(
                    $"{file} was written by a newer MailStats (schema {version}); this one knows "
                        + $"schema {Version}. Run the newer version, or restore a backup from before the upgrade.");
            }

            session.Execute("BEGIN IMMEDIATE");
            version = VersionOf(session);

            if (version < Version)
            {
                using var command = session.Connection.CreateCommand();
                command.CommandText = _scripts[version];
                command.ExecuteNonQuery();
                command.CommandText = FormattableString.Invariant($"PRAGMA user_version = {version + 1}");
                command.ExecuteNonQuery();
            }

            session.Execute("COMMIT");
        }
    }

    private static int VersionOf(SqliteSession session) => Number(session, "PRAGMA user_version");

    /// <summary>What the file says. One that says nothing is for programs of its own version alone.</summary>
    private static int OldestOf(SqliteSession session) =>
        Number(session, "SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = 'compatibility'") == 0
            ? VersionOf(session)
            : Number(session, "SELECT oldest FROM compatibility");

    private static int Number(SqliteSession session, string sql)
    {
        var statement = session.Prepare(sql);
        statement.Step();
        var number = statement.Int(0);
        statement.Reset();

        return number;
    }

    private static SqliteSchema Embedded(string folder, Action<SqliteSession>? finish = null)
    {
        var assembly = typeof(SqliteSchema).Assembly;
        var prefix = $"MailStats.Stores.Sqlite.Database.{folder}.";

        return new([.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Read(assembly, name))], finish);
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);

        return reader.ReadToEnd();
    }
}
