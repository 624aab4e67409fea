using System.Collections.Frozen;
using MailStats.Classifier.Files;
using MailStats.Classifier.Receivers;
using MailStats.Mail.Replies;

namespace MailStats.Classifier.Rules;

/// <summary>Rules in their order, ready to be asked.</summary>
internal sealed class RuleBook : IDisposable
{
    private static readonly Lazy<RuleBook> BuiltInBook = new(() => Read(RuleFiles.Read));

    private readonly Rule[] _rules;
    private readonly ulong[] _receiversOf;
    private readonly int[][] _unlessOf;
    private readonly int[] _withoutPhrases;
    private readonly bool _usesFingerprints;
    private readonly PatternRole[] _roles;
    private readonly PhraseIndex _index;
    private readonly FrozenDictionary<string, ulong> _receiverBits;

    private RuleBook(IReadOnlyDictionary<string, Reason> reasons, IReadOnlyList<Rule> rules, IReadOnlyList<(string Receiver, Pattern Pattern)> signatures)
    {
        Reasons = reasons;
        _rules = [.. rules];
        _receiverBits = rules
            .SelectMany(rule => rule.When.Receivers)
            .Distinct(StringComparer.Ordinal)
            .Select((name, index) => KeyValuePair.Create(name, 1UL << index))
            .ToFrozenDictionary(StringComparer.Ordinal);
        _receiversOf = [.. rules.Select(rule => rule.When.Receivers.Aggregate(0UL, (bits, name) => bits | _receiverBits[name]))];
        _unlessOf = new int[_rules.Length][];
        _withoutPhrases = [.. Enumerable.Range(0, _rules.Length).Where(rule => _rules[rule].Phrases.Count == 0)];

        _usesFingerprints = rules.Any(rule => rule.Fingerprint is not null);

        var patterns = new List<Pattern>();
        var roles = new List<PatternRole>();

        for (var rule = 0; rule < _rules.Length; rule++)
        {
            foreach (var phrase in _rules[rule].Phrases)
            {
                patterns.Add(phrase);
                roles.Add(new PatternRole(rule, 0));
            }

            _unlessOf[rule] = [.. Enumerable.Range(patterns.Count, _rules[rule].Unless.Count)];
            patterns.AddRange(_rules[rule].Unless);
            roles.AddRange(_rules[rule].Unless.Select(_ => new PatternRole(-1, 0)));
        }

        foreach (var (receiver, pattern) in signatures)
        {
            patterns.Add(pattern);
            roles.Add(new PatternRole(-1, _receiverBits.GetValueOrDefault(receiver)));
        }

        _roles = [.. roles];
        _index = new PhraseIndex(patterns);
    }

    /// <summary>The rules that come with the classifier.</summary>
    /// <exception cref="RuleBookException">They have mistakes.</exception>
    public static RuleBook BuiltIn => BuiltInBook.Value;

    public IReadOnlyDictionary<string, Reason> Reasons { get; }

    public IReadOnlyList<Rule> Rules => _rules;

    /// <summary>Size of the automaton.</summary>
    public int StateCount => _index.StateCount;

    /// <summary>Reads the files of <see cref="RuleFiles.Order"/>.</summary>
    /// <param name="readFile">Gives the text of a file by its name.</param>
    /// <exception cref="RuleBookException">They have mistakes.</exception>
    public static RuleBook Read(Func<string, string> readFile) => Read(readFile, ReceivingProvider.Blocks);

    /// <param name="readFile">Gives the text of a file by its name.</param>
    /// <param name="receivers">Who takes the mail.</param>
    /// <exception cref="RuleBookException">They have mistakes.</exception>
    public static RuleBook Read(Func<string, string> readFile, IReadOnlyList<RuleBlock> receivers)
    {
        var mistakes = new List<string>();
        var reader = new RuleReader(mistakes);
        var reasons = reader.ReadReasons(RuleText.Read("reasons.rules", readFile("reasons.rules"))).ToDictionary(reason => reason.Id);
        var words = new List<(string, string)>();
        RuleText.Read(RuleFiles.Words, readFile(RuleFiles.Words), words);
        var rules = RuleFiles.Order.SelectMany(file => reader.ReadRules(RuleText.Read(file, readFile(file), [.. words]), reasons)).ToArray();

        if (mistakes.Count > 0)
        {
            throw new RuleBookException(mistakes);
        }

        var book = Compile(reasons, rules, receivers);
        string[] unusable = [.. RuleChecker.Check(book, [.. receivers.Select(block => block.Name)]), .. BuiltInChecker.Check(rules, receivers)];

        return unusable.Length == 0 ? book : throw new RuleBookException(unusable);
    }

    /// <summary>Reads a file of an operator's rules for every tenant. Its rules may stand before built-in ones, but not before one another.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="text">Its content, in the form of the built-in files.</param>
    /// <exception cref="RuleBookException">They have mistakes.</exception>
    public static RuleBook ReadOperators(string file, string text)
    {
        var mistakes = new List<string>();

        try
        {
            var rules = new RuleReader(mistakes).ReadRules(RuleText.Read(Path.GetFileName(file), text), BuiltIn.Reasons);

            if (mistakes.Count == 0)
            {
                var book = Compile(BuiltIn.Reasons, rules, ReceivingProvider.Blocks);
                mistakes.AddRange(RuleChecker.CheckRules(book, [.. ReceivingProvider.Blocks.Select(block => block.Name)]));

                return mistakes.Count == 0 ? book : throw new RuleBookException(mistakes);
            }
        }
        catch (FormatException mistake)
        {
            mistakes.Add(mistake.Message);
        }

        throw new RuleBookException(mistakes);
    }

    /// <param name="reasons">The taxonomy by id.</param>
    /// <param name="rules">In the order in which they are tried.</param>
    /// <param name="receivers">Blocks of <c>receivers.rules</c>, whose items are phrases that give a receiver away.</param>
    /// <exception cref="RuleBookException">A phrase of a receiver cannot be read, or more than 64 receivers have rules.</exception>
    public static RuleBook Compile(IReadOnlyDictionary<string, Reason> reasons, IReadOnlyList<Rule> rules, IReadOnlyList<RuleBlock> receivers)
    {
        var names = rules.SelectMany(rule => rule.When.Receivers).ToHashSet(StringComparer.Ordinal);

        if (names.Count > 64)
        {
            throw new RuleBookException(["more than 64 receivers have rules of their own"]);
        }

        return new RuleBook(
            reasons,
            rules,
            [.. receivers.SelectMany(block => block.Items.Select(item => (block.Name, Pattern.Parse(item))))]);
    }

    /// <summary>The first rule that holds for a text in normal form, null where none does.</summary>
    /// <param name="text">In normal form.</param>
    /// <param name="code">Reply code, 0 for none.</param>
    /// <param name="enhanced">Enhanced code.</param>
    /// <param name="receiver">The receiving provider where it is known.</param>
    /// <param name="phase">The command that the text answers.</param>
    public Rule? Find(ReadOnlySpan<char> text, int code, EnhancedCode enhanced, string? receiver, SmtpPhase phase)
    {
        var matches = _index.Find(text);
        var receivers = receiver is null ? 0 : _receiverBits.GetValueOrDefault(receiver);

        foreach (var pattern in matches.Patterns)
        {
            receivers |= _roles[pattern].Receiver;
        }

        var fingerprint = _usesFingerprints ? ReplyFingerprint.Of(code, enhanced, text) : null;
        var best = _rules.Length;

        foreach (var pattern in matches.Patterns)
        {
            var rule = _roles[pattern].Rule;

            if (rule >= 0 && rule < best && Allows(rule, code, enhanced, phase, receivers, fingerprint, matches))
            {
                best = rule;
            }
        }

        foreach (var rule in _withoutPhrases)
        {
            if (rule > best)
            {
                break;
            }

            if (Allows(rule, code, enhanced, phase, receivers, fingerprint, matches))
            {
                best = rule;
            }
        }

        return best < _rules.Length ? _rules[best] : null;
    }

    public void Dispose() => _index.Dispose();

    private bool Allows(int rule, int code, EnhancedCode enhanced, SmtpPhase phase, ulong receivers, string? fingerprint, PhraseMatches matches)
    {
        if (_receiversOf[rule] != 0 && (_receiversOf[rule] & receivers) == 0
            || !_rules[rule].When.Allows(code, enhanced, phase)
            || _rules[rule].Fingerprint is { } wanted && wanted != fingerprint)
        {
            return false;
        }

        foreach (var pattern in _unlessOf[rule])
        {
            if (matches.Has(pattern))
            {
                return false;
            }
        }

        return true;
    }

    private readonly record struct PatternRole(int Rule, ulong Receiver);
}

/// <summary>Rules that cannot be used, with every mistake in them.</summary>
internal sealed class RuleBookException(IReadOnlyList<string> mistakes)
    : Exception("Rules have mistakes:" + string.Concat(mistakes.Select(mistake => Environment.NewLine + "  " + mistake)))
{
    public IReadOnlyList<string> Mistakes { get; } = mistakes;
}
