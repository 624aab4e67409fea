using System.Buffers;

namespace MailStats.Classifier.Replies;

/// <summary>Which of SPF, DKIM, DMARC and PTR a reply says are missing or did not pass.</summary>
internal static class FailedMechanisms
{
    // How far behind its name a result may stand, up to the next name.
    private const int Reach = 60;

    private static readonly (string Word, string Name)[] _mechanisms = [("spf", "SPF"), ("dkim", "DKIM"), ("dmarc", "DMARC"), ("ptr", "PTR")];

    private static readonly string[] _failuresBefore = ["no", "neither", "nor", "missing", "without", "invalid", "failed", "failing"];

    private static readonly SearchValues<string> _anyMechanism = SearchValues.Create(["spf", "dkim", "dmarc", "ptr"], StringComparison.Ordinal);

    private static readonly SearchValues<string> _failures = SearchValues.Create(
        ["fail", "not pass", "did not", "none", "no ", "missing", "not present", "not found", "lacks", "invalid", "not aligned", "without", "not "],
        StringComparison.Ordinal);

    /// <param name="text">A reply in normal form.</param>
    /// <returns>Their names as advice has them, <c>SPF and DKIM</c>; null where the reply names none, or none that failed.</returns>
    public static string? Find(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAny(_anyMechanism))
        {
            return null;
        }

        var failed = new List<string>(_mechanisms.Length);
        var unsaid = new List<string>(_mechanisms.Length);

        foreach (var (word, name) in _mechanisms)
        {
            switch (ResultOf(text, word))
            {
                case Result.Failed:
                    failed.Add(name);
                    break;
                case Result.Unsaid:
                    unsaid.Add(name);
                    break;
            }
        }

        return failed.Count > 0 ? Join(failed) : unsaid.Count > 0 ? Join(unsaid) : null;
    }

    /// <summary>The last place that gives a result counts: replies explain first and report then.</summary>
    private static Result ResultOf(ReadOnlySpan<char> text, string word)
    {
        var result = Result.Absent;
        var position = 0;

        while (IndexOfWord(text, word, position) is var start and >= 0)
        {
            position = start + word.Length;
            var behind = Clause(text[position..]);
            var before = text[Math.Max(0, start - 12)..start];
            var said = behind.ContainsAny(_failures) || EndsWithFailure(before) ? Result.Failed
                : behind.Contains("pass", StringComparison.Ordinal) ? Result.Passed
                : Result.Unsaid;

            if (said != Result.Unsaid || result == Result.Absent)
            {
                result = said;
            }
        }

        return result;
    }

    /// <summary>What is said of a mechanism: up to the end of the sentence or the name of another one.</summary>
    private static ReadOnlySpan<char> Clause(ReadOnlySpan<char> text)
    {
        text = text[..Math.Min(text.Length, Reach)];

        foreach (var (word, _) in _mechanisms)
        {
            if (IndexOfWord(text, word, 0) is var next and >= 0 && !IsJoined(text[..next]))
            {
                text = text[..next];
            }
        }

        return text.IndexOf(". ", StringComparison.Ordinal) is var end and >= 0 ? text[..end] : text;
    }

    /// <summary>"SPF and DKIM did not pass" says it of both.</summary>
    private static bool IsJoined(ReadOnlySpan<char> between) => between.Trim() is "and" or "or" or "nor" or "/" or "," or "&";

    private static bool EndsWithFailure(ReadOnlySpan<char> before)
    {
        before = before.TrimEnd();

        foreach (var word in _failuresBefore)
        {
            if (before.EndsWith(word, StringComparison.Ordinal) && (before.Length == word.Length || before[^(word.Length + 1)] == ' '))
            {
                return true;
            }
        }

        return false;
    }

    private static int IndexOfWord(ReadOnlySpan<char> text, string word, int from)
    {
        while (from < text.Length && text[from..].IndexOf(word, StringComparison.Ordinal) is var found and >= 0)
        {
            var start = from + found;
            var end = start + word.Length;

            if ((start == 0 || !char.IsAsciiLetterOrDigit(text[start - 1])) && (end == text.Length || !char.IsAsciiLetterOrDigit(text[end])))
            {
                return start;
            }

            from = end;
        }

        return -1;
    }

    private static string Join(List<string> names) =>
        names.Count == 1 ? names[0] : $"{string.Join(", ", names.Take(names.Count - 1))} and {names[^1]}";

    private enum Result
    {
        Absent,
        Unsaid,
        Passed,
        Failed,
    }
}
