using MailStats.Mail.Attempts;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>Numbers of the names in the second ledger, within one session; never removed or changed.</summary>
internal sealed class SqliteTallyNames(SqliteSession session) : ITallyNames
{
    /// <summary>Names come from outside: whoever sends to a million domains does not get to fill the memory.</summary>
    private const int MaxCached = 200_000;

    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<long, string> _names = [];

    public long NumberOf(string name)
    {
        if (name.Length == 0)
        {
            return 0;
        }

        if (!_numbers.TryGetValue(name, out var number))
        {
            number = FindOrAdd(name);
            Keep(name, number);
        }

        return number;
    }

    public string NameOf(long number)
    {
        if (number == 0)
        {
            return "";
        }

        if (!_names.TryGetValue(number, out var name))
        {
            var row = session.Prepare("SELECT name FROM tally_names WHERE id = ?1").Bind(1, number);
            name = row.Step() ? row.Text(0) : throw new InvalidDataException($"Name {number} of the second ledger is missing.");
            row.Reset();
            Keep(name, number);
        }

        return name;
    }

    private long FindOrAdd(string name)
    {
        var statement = session.Prepare("SELECT id FROM tally_names WHERE name = ?1").Bind(1, name);

        if (!statement.Step())
        {
            statement = session.Prepare("INSERT INTO tally_names (name) VALUES (?1) RETURNING id").Bind(1, name);
            statement.Step();
        }

        var number = statement.Long(0);
        statement.Reset();

        return number;
    }

    private void Keep(string name, long number)
    {
        if (_numbers.Count >= MaxCached || _names.Count >= MaxCached)
        {
            _numbers.Clear();
            _names.Clear();
        }

        _numbers[name] = number;
        _names[number] = name;
    }
}
