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
    /// at the end of one is given up in the course of the others. Else they have the same times, so that none is too old.
    /// </param>
    public static EnlargedLog Of(string format, FileInfo log, int megabytes, bool later)
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"mailstats-bench-{Environment.ProcessId}-{megabytes}.log");
        var text = File.ReadAllText(log.FullName, Encoding.Latin1);
        var lines = text.Count(letter => letter == '\n');
        using var file = new StreamWriter(path, append: false, Encoding.Latin1);
        var copies = 0;
        for (var written = 0L; written < megabytes * 1_000_000L; copies++)
        {
            var copy = format == "exim" ? EximId().Replace(text, id => Renumbered(id.Value, copies + 1))
                : later ? text
                : PostfixHost().Replace(text, $"$1${{host}}-{copies}$2");
            copy = !later ? copy
                : format == "exim" ? EximStamp().Replace(copy, stamp => Later(stamp.Value, "yyyy-MM-dd", copies))
                : PostfixStamp().Replace(copy, stamp => Later("2026 " + stamp.Value, "yyyy MMM dd", copies)[5..]);
            file.Write(copy);
            written += copy.Length;
        }

        return new EnlargedLog(path, copies, (long)lines * copies);
    }

    public void Dispose() => File.Delete(Path);

    /// <summary>The middle part of an id is a process id, which has six digits of base 62; the logs' begin with zeros.</summary>
    private static string Renumbered(string id, int copy) =>
        string.Concat(id.AsSpan(0, 7), copy.ToString("D3", CultureInfo.InvariantCulture), id.AsSpan(10));

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
