using System.Reflection;

namespace MailStats.Storage.Sqlite;

/// <summary>
/// The numbered scripts of one database, embedded from <c>Sqlite/Schema</c>. The file remembers how many it has seen in
/// <c>user_version</c>.
/// </summary>
internal sealed class SqliteSchema
{
    private readonly IReadOnlyList<string> _scripts;

    public SqliteSchema(IReadOnlyList<string> scripts) => _scripts = scripts;

    public static SqliteSchema Statistics { get; } = Embedded("Schema");

    public static SqliteSchema Intake { get; } = Embedded("IntakeSchema");

    public int Version => _scripts.Count;

    /// <summary>The schema as it was when it had fewer scripts.</summary>
    public SqliteSchema UpTo(int version) => new([.. _scripts.Take(version)]);

    /// <summary>Runs what the file has not seen yet, each script with its number in one transaction. Safe beside other processes.</summary>
    public void Upgrade(SqliteSession session, string file)
    {
        while (true)
        {
            // Read first without a lock: a store that is up to date is never waited for.
            if (VersionOf(session) == Version)
            {
                return;
            }

            session.Execute("BEGIN IMMEDIATE");
            var version = VersionOf(session);

            if (version > Version)
            {
                session.Execute("ROLLBACK");

                throw new InvalidOperationException(
                    $"{file} was written by a newer MailStats (schema {version}); this one knows schema {Version}. Run the newer version, or restore a backup from before the upgrade.");
            }

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

    private static int VersionOf(SqliteSession session)
    {
        var statement = session.Prepare("PRAGMA user_version");
        statement.Step();
        var version = statement.Int(0);
        statement.Reset();

        return version;
    }

    private static SqliteSchema Embedded(string folder)
    {
        var assembly = typeof(SqliteSchema).Assembly;
        var prefix = $"MailStats.Storage.Sqlite.{folder}.";

        return new([.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Read(assembly, name))]);
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);

        return reader.ReadToEnd();
    }
}
