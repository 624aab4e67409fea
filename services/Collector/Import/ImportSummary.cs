using MailStats.Collector.Formats;
using MailStats.Collector.Sending;

namespace MailStats.Collector.Import;

/// <summary>What an import did. <see cref="Problems"/> name file, line and cause.</summary>
internal sealed class ImportSummary
{
    /// <summary>Problems kept word by word; the rest are counted in <see cref="ProblemCount"/>.</summary>
    public const int MaximumProblems = 20;

    /// <summary>Exit code where every file could be read and none of the lines was used.</summary>
    public const int NothingUsed = 3;

    /// <summary>Files named in the summary; the rest are counted.</summary>
    private const int MaximumFiles = 20;

    private readonly long[] _lines = new long[Enum.GetValues<LineOutcome>().Length];
    private readonly List<string> _problems = [];
    private readonly List<ReadFile> _files = [];
    private int _foreign;

    public long Lines => _lines.Sum();

    /// <summary>Lines of the log's own format, whether they tell of a delivery or not.</summary>
    public long Understood => _lines.Where((_, outcome) => (LineOutcome)outcome is not LineOutcome.Empty and < LineOutcome.NotThisFormat).Sum();

    /// <summary>Attempts and final outcomes that became events.</summary>
    public long Deliveries { get; set; }

    /// <summary>Refusals at submission that became events; not among <see cref="Deliveries"/>.</summary>
    public long Rejections { get; set; }

    /// <summary>Of <see cref="Deliveries"/>, those into the own servers' mailboxes.</summary>
    public long Local { get; set; }

    public long Accepted { get; set; }

    public long Repeated { get; set; }

    public long Refused { get; set; }

    /// <summary>Attempts whose message began before these logs; kept for when older logs are read.</summary>
    public long Waiting { get; set; }

    public long Dropped { get; set; }

    /// <summary>True where what began before the logs was sent too: then what still waits has no sender.</summary>
    public bool SentIncomplete { get; set; }

    /// <summary>The format, and whether it was guessed; null where none was found.</summary>
    public string? Format { get; set; }

    /// <summary>Lines by the wrapping that was taken off them.</summary>
    public IReadOnlyDictionary<string, long> Layers { get; set; } = new Dictionary<string, long>();

    /// <summary>What the server took and does not show, because it is older than it keeps.</summary>
    public OldEvents? Old { get; set; }

    public InwardMail Inward { get; } = new();

    /// <summary>True when a file, the state folder or the server failed.</summary>
    public bool Failed { get; private set; }

    public long ProblemCount { get; private set; }

    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Lines that told something about a message, of the server's own mail too.</summary>
    public long Used => this[LineOutcome.Used] + this[LineOutcome.OwnMail];

    /// <summary>0 when all was taken, 1 when something failed or was refused, 3 when nothing failed and no line told anything.</summary>
    public int ExitCode => Failed || Refused > 0 ? 1 : Used == 0 ? NothingUsed : _foreign > 0 ? 1 : 0;

    public long this[LineOutcome outcome] => _lines[(int)outcome];

    public void Count(LineOutcome outcome) => _lines[(int)outcome]++;

    /// <summary>A line that could not be used. Not fatal and no failure: logs hold such lines.</summary>
    public void Skip(LinePlace place, LineOutcome outcome, string? problem = null) => Note(Describe(place, outcome, problem));

    /// <summary>Said first, and said however many lines were skipped.</summary>
    public void Fail(string problem)
    {
        Failed = true;
        ProblemCount++;
        _problems.Insert(0, problem);
    }

    /// <summary>A file that was read, and of which no line is of the format: a failure where others were used.</summary>
    public void FailAsForeign(string problem)
    {
        _foreign++;
        ProblemCount++;
        _problems.Insert(0, problem);
    }

    public void Add(ReadFile file) => _files.Add(file);

    public void Note(string problem)
    {
        ProblemCount++;
        if (_problems.Count < MaximumProblems)
        {
            _problems.Add(problem);
        }
    }

    /// <summary>Names the line and, where its format can, what is wrong with it.</summary>
    public static string Describe(LinePlace place, LineOutcome outcome, string? problem) =>
        $"{place}: {(problem is null ? Describe(outcome) : PlainText.Of(problem))}";

    public static string Describe(LineOutcome outcome) => outcome switch
    {
        LineOutcome.Used => "used",
        LineOutcome.NoDelivery => "about no delivery",
        LineOutcome.OtherProgram => "from other programs",
        LineOutcome.OwnMail => "about the server's own mail (bounce messages)",
        LineOutcome.Empty => "empty",
        LineOutcome.NotThisFormat => "not of this format",
        LineOutcome.Broken => "cut off or incomplete",
        LineOutcome.Binary => "binary",
        LineOutcome.TooLong => "longer than 1 MB",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };

    public void WriteTo(TextWriter writer)
    {
        if (Format is not null)
        {
            writer.WriteLine($"format         {Format}");
        }

        foreach (var file in _files.Take(MaximumFiles))
        {
            writer.WriteLine($"file           {file}");
        }

        if (_files.Count > MaximumFiles)
        {
            writer.WriteLine($"               … and {_files.Count - MaximumFiles:N0} files more");
        }

        writer.WriteLine($"lines          {Lines,12:N0}");
        foreach (var (layer, count) in Layers.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal))
        {
            writer.WriteLine($"  unwrapped    {count,12:N0}  {layer}");
        }

        foreach (var outcome in Enum.GetValues<LineOutcome>().Where(outcome => outcome != LineOutcome.Used && this[outcome] > 0))
        {
            writer.WriteLine($"  skipped      {this[outcome],12:N0}  {Describe(outcome)}");
        }

        writer.WriteLine($"deliveries     {Deliveries,12:N0}  attempts and outcomes found");
        WriteWhereAny(writer, "  local", Local, "of them into the own servers' mailboxes (shown, never counted)");
        WriteWhereAny(writer, "refused", Rejections, "refusals at submission found (shown, never counted)");
        writer.WriteLine($"accepted       {Accepted,12:N0}  events accepted by the server");
        WriteWhereAny(writer, "repeated", Repeated, "events the server already had");
        WriteWhereAny(writer, "rejected", Refused, "events the server refused");
        WriteWhereAny(
            writer,
            "waiting",
            Waiting,
            SentIncomplete
                ? "deliveries of messages that began before these logs and whose sender no line tells: kept until older logs are imported"
                : "deliveries of messages that began before these logs: kept until older logs are imported, or send them with --incomplete send");
        WriteWhereAny(writer, "dropped", Dropped, "messages dropped because they were too old or too many");
        if (Old is { } old)
        {
            WriteWhereAny(
                writer,
                "old",
                old.Deliveries,
                $"of the events accepted are older than the {old.DeliveriesKeptDays} days that the server keeps single deliveries "
                    + "(Storage:DeliveriesKeptDays): they are in no list");
            WriteWhereAny(
                writer,
                "too old",
                old.Statistics,
                $"of them are older than the {old.RollupsKeptMonths} months that it keeps statistics (Storage:RollupsKeptMonths): they show nowhere");
        }

        if (Inward.Hint() is { } hint)
        {
            writer.WriteLine(hint);
        }

        foreach (var problem in _problems)
        {
            writer.WriteLine(problem);
        }

        if (ProblemCount > _problems.Count)
        {
            writer.WriteLine($"… and {ProblemCount - _problems.Count:N0} more");
        }
    }

    private static void WriteWhereAny(TextWriter writer, string name, long count, string meaning)
    {
        if (count > 0)
        {
            writer.WriteLine($"{name,-14} {count,12:N0}  {meaning}");
        }
    }
}

/// <param name="Path">The file.</param>
/// <param name="Lines">Lines in it.</param>
/// <param name="Used">Lines that told something about a message.</param>
internal sealed record ReadFile(string Path, long Lines, long Used)
{
    private double Percent => Lines == 0 ? 0 : Used * 100.0 / Lines;

    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Path}: {Used:N0} of {Lines:N0} lines used ({Percent:0.#} %)");
}
