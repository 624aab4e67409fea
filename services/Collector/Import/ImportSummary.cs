using MailStats.Collector.Formats;
using MailStats.Collector.Sending;

namespace MailStats.Collector.Import;

/// <summary>What an import did. <see cref="Problems"/> name file, line and cause.</summary>
internal sealed class ImportSummary
{
    /// <summary>Problems kept word by word; the rest are counted in <see cref="ProblemCount"/>.</summary>
    public const int MaximumProblems = 20;

    private readonly long[] _lines = new long[Enum.GetValues<LineOutcome>().Length];
    private readonly List<string> _problems = [];

    public long Lines => _lines.Sum();

    /// <summary>Lines of the log's own format, whether they tell of a delivery or not.</summary>
    public long Understood => _lines.Where((_, outcome) => (LineOutcome)outcome is not LineOutcome.Empty and < LineOutcome.NotThisFormat).Sum();

    /// <summary>Attempts and final outcomes that became events.</summary>
    public long Deliveries { get; set; }

    public long Rejections { get; set; }

    public long Accepted { get; set; }

    public long Repeated { get; set; }

    public long Refused { get; set; }

    /// <summary>Attempts whose message began before these logs; kept for when older logs are read.</summary>
    public long Waiting { get; set; }

    public long Dropped { get; set; }

    /// <summary>True when a file, the state folder or the server failed.</summary>
    public bool Failed { get; private set; }

    public long ProblemCount { get; private set; }

    public IReadOnlyList<string> Problems => _problems;

    public int ExitCode => Failed || Refused > 0 ? 1 : 0;

    public long this[LineOutcome outcome] => _lines[(int)outcome];

    public void Count(LineOutcome outcome) => _lines[(int)outcome]++;

    /// <summary>A line that could not be used. Not fatal and no failure: logs hold such lines.</summary>
    public void Skip(LinePlace place, LineOutcome outcome) => Note($"{place}: {Describe(outcome)}");

    /// <summary>Said first, and said however many lines were skipped.</summary>
    public void Fail(string problem)
    {
        Failed = true;
        ProblemCount++;
        _problems.Insert(0, problem);
    }

    public void Note(string problem)
    {
        ProblemCount++;
        if (_problems.Count < MaximumProblems)
        {
            _problems.Add(problem);
        }
    }

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
        writer.WriteLine($"lines          {Lines,12:N0}");
        foreach (var outcome in Enum.GetValues<LineOutcome>().Where(outcome => outcome != LineOutcome.Used && this[outcome] > 0))
        {
            writer.WriteLine($"  skipped      {this[outcome],12:N0}  {Describe(outcome)}");
        }

        writer.WriteLine($"deliveries     {Deliveries,12:N0}  attempts and outcomes found");
        WriteWhereAny(writer, "refused", Rejections, "refusals at submission found (shown, never counted)");
        writer.WriteLine($"accepted       {Accepted,12:N0}  events accepted by the server");
        WriteWhereAny(writer, "repeated", Repeated, "events the server already had");
        WriteWhereAny(writer, "rejected", Refused, "events the server refused");
        WriteWhereAny(
            writer,
            "waiting",
            Waiting,
            "deliveries of messages that began before these logs: kept until older logs are imported, or send them with --incomplete send");
        WriteWhereAny(writer, "dropped", Dropped, "messages dropped because they were too old or too many");
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
