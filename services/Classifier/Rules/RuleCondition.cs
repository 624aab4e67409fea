using System.Globalization;
using MailStats.Mail.Replies;

namespace MailStats.Classifier.Rules;

/// <summary>What a rule asks of the codes and the receiver, beside its phrases.</summary>
/// <param name="Codes">Ranges of reply codes; empty for any.</param>
/// <param name="Enhanced">Enhanced codes; empty for any.</param>
/// <param name="Receivers">Names of receiving providers; empty for any.</param>
/// <param name="Phases">Commands that the reply answers; empty for any. Where nothing tells the command, no phase fits.</param>
internal sealed record RuleCondition(
    IReadOnlyList<(int From, int To)> Codes,
    IReadOnlyList<EnhancedRange> Enhanced,
    IReadOnlyList<string> Receivers,
    IReadOnlyList<SmtpPhase> Phases)
{
    private static readonly (string Word, SmtpPhase Phase)[] _phaseWords =
        [("connection", SmtpPhase.Connection), ("mail", SmtpPhase.MailFrom), ("rcpt", SmtpPhase.RcptTo), ("data", SmtpPhase.Data)];

    // Asked for every phrase that is found: arrays are walked without an enumerator.
    private readonly (int From, int To)[] _codes = [.. Codes];
    private readonly EnhancedRange[] _enhanced = [.. Enhanced];
    private readonly SmtpPhase[] _phases = [.. Phases];

    public bool IsEmpty => Codes.Count == 0 && Enhanced.Count == 0 && Receivers.Count == 0 && Phases.Count == 0;

    /// <summary>Whether some reply meets both conditions, as far as codes and receivers tell.</summary>
    public bool Overlaps(RuleCondition other) =>
        (Codes.Count == 0 || other.Codes.Count == 0 || Codes.Any(one => other.Codes.Any(two => one.From <= two.To && two.From <= one.To)))
        && (Enhanced.Count == 0 || other.Enhanced.Count == 0 || Enhanced.Any(one => other.Enhanced.Any(one.Overlaps)))
        && (Receivers.Count == 0 || other.Receivers.Count == 0 || Receivers.Intersect(other.Receivers).Any());

    /// <summary>Codes that meet the condition.</summary>
    public (int Code, EnhancedCode Enhanced) Example()
    {
        var enhanced = Enhanced.Count > 0 ? Enhanced[0].Example() : default;
        var code = Codes.Count > 0 ? Codes[0].From : 0;

        return (code, enhanced);
    }

    public bool Allows(int code, EnhancedCode enhanced, SmtpPhase phase) =>
        AllowsCode(code) && AllowsEnhanced(enhanced) && (_phases.Length == 0 || _phases.Contains(phase));

    /// <exception cref="FormatException">Not <c>connection</c>, <c>mail</c>, <c>rcpt</c> or <c>data</c>.</exception>
    public static SmtpPhase ParsePhase(string text) =>
        Array.Find(_phaseWords, entry => entry.Word == text) is { Word: not null } found
            ? found.Phase
            : throw new FormatException($"\"{text}\" is none of {string.Join(", ", _phaseWords.Select(entry => entry.Word))}");

    /// <exception cref="FormatException">What is written is neither a code (<c>550</c>) nor a class (<c>5xx</c>).</exception>
    public static (int From, int To) ParseCode(string text) => text switch
    {
        ['2' or '4' or '5', 'x', 'x'] => ((text[0] - '0') * 100, ((text[0] - '0') * 100) + 99),
        _ when text.Length == 3 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) => (code, code),
        _ => throw new FormatException($"\"{text}\" is no reply code"),
    };

    private bool AllowsCode(int code)
    {
        if (_codes.Length == 0)
        {
            return true;
        }

        foreach (var (from, to) in _codes)
        {
            if (code >= from && code <= to)
            {
                return true;
            }
        }

        return false;
    }

    private bool AllowsEnhanced(EnhancedCode enhanced)
    {
        if (_enhanced.Length == 0)
        {
            return true;
        }

        foreach (ref readonly var range in _enhanced.AsSpan())
        {
            if (range.Contains(enhanced))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Enhanced codes that a rule means: <c>5.1.1</c>, <c>x.7.x</c>, <c>5.7.606-649</c>.</summary>
internal readonly record struct EnhancedRange(int? Class, int? Subject, int DetailFrom, int DetailTo)
{
    public bool Contains(EnhancedCode code) =>
        !code.IsNone
        && (Class is null || Class == code.Class)
        && (Subject is null || Subject == code.Subject)
        && code.Detail >= DetailFrom
        && code.Detail <= DetailTo;

    public bool Overlaps(EnhancedRange other) =>
        (Class is null || other.Class is null || Class == other.Class)
        && (Subject is null || other.Subject is null || Subject == other.Subject)
        && DetailFrom <= other.DetailTo
        && other.DetailFrom <= DetailTo;

    public EnhancedCode Example() => new(Class ?? 5, Subject ?? 0, DetailFrom);

    /// <exception cref="FormatException">Not of that form.</exception>
    public static EnhancedRange Parse(string text)
    {
        var parts = text.Split('.');

        if (parts.Length != 3)
        {
            throw new FormatException($"\"{text}\" is no enhanced status code");
        }

        var (from, to) = parts[2].Split('-') switch
        {
            ["x"] => (0, 999),
            [var one] => (Number(one, text), Number(one, text)),
            [var low, var high] => (Number(low, text), Number(high, text)),
            _ => throw new FormatException($"\"{text}\" is no enhanced status code"),
        };

        return new EnhancedRange(
            parts[0] == "x" ? null : Number(parts[0], text),
            parts[1] == "x" ? null : Number(parts[1], text),
            from,
            to);
    }

    private static int Number(string part, string text) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 999
            ? number
            : throw new FormatException($"\"{text}\" is no enhanced status code");
}
