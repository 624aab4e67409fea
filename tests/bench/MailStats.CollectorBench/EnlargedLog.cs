using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MailStats.CollectorBench;

/// <summary>
/// A log made as large as wanted by repeating another. Every copy is of other messages: Postfix's have another host, Exim's
/// other message ids.
/// </summary>
internal sealed partial class EnlargedLog : IDisposable
{
    private EnlargedLog(string path, int copies, long lines)
    {
        (Path, Copies, Lines) = (path, copies, lines);
    }

    public string Path { get; }

    public int Copies { get; }

    public long Lines { get; }

    /// <param name="format">postfix or exim.</param>
    /// <param name="log">What is repeated.</param>
    /// <param name="megabytes">How large at least.</param>
    /// <param name="later">
    /// True for copies each of which is a week later than the one before, as in a log of a long time: what is left in the queue
    /// at the end of one is given up in the course of the others. Else a log of the same time and of more mail: each line
    /// stands there once for each copy, so that time runs on as it does in a log.
    /// </param>
    public static EnlargedLog Of(string format, FileInfo log, int megabytes, bool later)
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"mailstats-bench-{Environment.ProcessId}-{megabytes}.log");
        var text = File.ReadAllText(log.FullName, Encoding.Latin1);
        var copies = (int)(megabytes * 1_000_000L / text.Length) + 1;
        using var file = new StreamWriter(path, append: false, Encoding.Latin1);
        foreach (var (part, copy) in later ? Whole(text, copies) : LineByLine(text, copies))
        {
            file.Write((format, later) switch
            {
                ("exim", true) => EximStamp().Replace(Renumbered(part, copy), stamp => Later(stamp.Value, "yyyy-MM-dd", copy)),
                ("exim", false) => Renumbered(part, copy),
                (_, true) => PostfixStamp().Replace(part, stamp => Later("2026 " + stamp.Value, "yyyy MMM dd", copy)[5..]),
                _ => PostfixHost().Replace(part, $"$1${{host}}-{copy}$2"),
            });
        }

        return new EnlargedLog(path, copies, (long)text.Count(letter => letter == '\n') * copies);
    }

    public void Dispose() => File.Delete(Path);

    private static IEnumerable<(string Part, int Copy)> Whole(string text, int copies) =>
        Enumerable.Range(0, copies).Select(copy => (text, copy));

    private static IEnumerable<(string Part, int Copy)> LineByLine(string text, int copies) =>
        from line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries) from copy in Enumerable.Range(0, copies) select (line + "\n", copy);

    /// <summary>The middle part of an id is a process id, which has six digits of base 62; the logs' begin with zeros.</summary>
    private static string Renumbered(string text, int copy) => EximId().Replace(
        text, id => string.Concat(id.Value.AsSpan(0, 7), (copy + 1).ToString("D3", CultureInfo.InvariantCulture), id.Value.AsSpan(10)));

    private static string Later(string stamp, string form, int copies) =>
        DateTime.ParseExact(stamp, form, CultureInfo.InvariantCulture).AddDays(7 * copies).ToString(form, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^[A-Z][a-z]{2} \d\d(?= )", RegexOptions.Multiline)]
    private static partial Regex PostfixStamp();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d(?= )", RegexOptions.Multiline)]
    private static partial Regex EximStamp();

    [GeneratedRegex(@"\b[0-9A-Za-z]{6}-[0-9A-Za-z]{6}-[0-9A-Za-z]{2}\b")]
    private static partial Regex EximId();

    [GeneratedRegex(@"^(\S+ +\d+ [\d:]+ |\d{4}-\S+ )(?<host>\S+)( )", RegexOptions.Multiline)]
    private static partial Regex PostfixHost();
}
