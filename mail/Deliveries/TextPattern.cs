using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using MailStats.Mail.Time;

namespace MailStats.Mail.Deliveries;

/// <summary>
/// A text taken apart into what many texts have in common and what differs from one to the next. In the pattern a control
/// character stands for each word that differs: for a fact of the delivery that is known besides (its queue id, its
/// recipient, …), or for a part that is kept. A word differs when it has a digit or is an address.
/// </summary>
/// <remarks>Exact: from pattern, parts and facts the text is made again, character by character. What cannot be is left whole.</remarks>
public ref struct TextPattern
{
    /// <summary>Characters of a text that is taken apart. Longer ones hardly ever come twice.</summary>
    public const int MaxLength = 1_000;

    /// <summary>Parts of a text. One with more has little in common with any other.</summary>
    public const int MaxParts = 24;

    private const char Part = '\u0001';
    private const char QueueId = '\u0002';
    private const char Recipient = '\u0003';
    private const char LocalPart = '\u0004';
    private const char Domain = '\u0005';
    private const char Host = '\u0006';
    private const char HostLabel = '\u0007';
    private const char CompactTime = '\u000E';
    private const char BasicTime = '\u000F';

    private static readonly SearchValues<char> InRun =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_+=@");

    private readonly Span<char> _pattern;
    private readonly Span<Range> _parts;
    private int _length;
    private int _partCount;

    private TextPattern(Span<char> pattern, Span<Range> parts)
    {
        _pattern = pattern;
        _parts = parts;
    }

    public readonly ReadOnlySpan<char> Text => _pattern[.._length];

    /// <summary>Where in the text the parts stand, in their order.</summary>
    public readonly ReadOnlySpan<Range> Parts => _parts[.._partCount];

    /// <summary>False for a text that is left whole.</summary>
    /// <param name="text">The text.</param>
    /// <param name="facts">What is known besides.</param>
    /// <param name="own">Words with digits that belong to the pattern nevertheless: the codes of a reply.</param>
    /// <param name="addressesAreParts">False where addresses are the sender's own, not people's.</param>
    /// <param name="buffer">At least <see cref="MaxLength"/>.</param>
    /// <param name="parts">At least <see cref="MaxParts"/>.</param>
    /// <param name="pattern">The result; points into the buffers.</param>
    public static bool TryTakeApart(
        string text, in TextFacts facts, (string? Code, string? Enhanced) own, bool addressesAreParts,
        Span<char> buffer, Span<Range> parts, out TextPattern pattern)
    {
        pattern = new(buffer, parts);

        if (text.Length is 0 or > MaxLength)
        {
            return false;
        }

        for (var place = 0; place < text.Length;)
        {
            var end = EndOfRun(text, place);

            if (end == place)
            {
                if (text[place] < ' ' && text[place] is not ('\t' or '\n' or '\r'))
                {
                    return false;
                }

                pattern.Add(text[place++]);
            }
            else if (!pattern.TryAddRun(text, place, end, facts, own, addressesAreParts))
            {
                return false;
            }
            else
            {
                place = end;
            }
        }

        return true;
    }

    /// <summary>How many parts belong to a pattern.</summary>
    public static int CountParts(string pattern) => pattern.AsSpan().Count(Part);

    /// <summary>The text again.</summary>
    public static string PutTogether(string pattern, in TextFacts facts, ReadOnlySpan<string> parts)
    {
        var place = pattern.AsSpan().IndexOfAnyInRange(Part, BasicTime);

        if (place < 0)
        {
            return pattern;
        }

        Span<char> room = stackalloc char[256];
        var text = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, room);
        var part = 0;
        var rest = pattern.AsSpan();

        for (; place >= 0; place = rest.IndexOfAnyInRange(Part, BasicTime))
        {
            text.AppendFormatted(rest[..place]);
            text.AppendFormatted(rest[place] switch
            {
                Part => parts[part++],
                QueueId => facts.QueueId,
                Recipient => facts.Recipient,
                LocalPart => facts.LocalPart,
                Domain => facts.Domain,
                Host => facts.Host,
                HostLabel => facts.HostLabel,
                CompactTime => facts.Compact,
                BasicTime => facts.Basic,
                _ => rest.Slice(place, 1),
            });
            rest = rest[(place + 1)..];
        }

        text.AppendFormatted(rest);

        return text.ToStringAndClear();
    }

    /// <summary>The first place from one on whose character is in no run.</summary>
    private static int EndOfRun(string text, int place)
    {
        while (true)
        {
            var length = text.AsSpan(place).IndexOfAnyExcept(InRun);
            place = length < 0 ? text.Length : place + length;

            if (place == text.Length || !char.IsLetterOrDigit(text[place]))
            {
                return place;
            }

            // A letter of another script.
            place++;
        }
    }

    private bool TryAddRun(string text, int start, int end, in TextFacts facts, (string? Code, string? Enhanced) own, bool addressesAreParts)
    {
        var stop = WithoutStops(text, start, end);
        var run = text.AsSpan(start, stop - start);
        var added = FactIn(run, facts) is { } fact ? Add(fact)
            : addressesAreParts && run.Contains('@') ? TryAddPart(start, stop)
            : TryAddWords(text, start, stop, facts, own);
        AddStops(end - stop);

        return added;
    }

    /// <summary>Where a word ends: the full stop behind a sentence is no part of its last word.</summary>
    private static int WithoutStops(string text, int start, int end) => start + text.AsSpan(start, end - start).TrimEnd('.').Length;

    private void AddStops(int count)
    {
        _pattern.Slice(_length, count).Fill('.');
        _length += count;
    }

    private bool TryAddWords(string text, int start, int end, in TextFacts facts, (string? Code, string? Enhanced) own)
    {
        while (start < end)
        {
            var length = text.AsSpan(start, end - start).IndexOfAny("-+=@");
            var stop = length < 0 ? end : start + length;

            var wordEnd = WithoutStops(text, start, stop);

            if (wordEnd > start && !TryAddWord(text, start, wordEnd, facts, own))
            {
                return false;
            }

            AddStops(stop - wordEnd);

            if (stop < end)
            {
                Add(text[stop++]);
            }

            start = stop;
        }

        return true;
    }

    private bool TryAddWord(string text, int start, int end, in TextFacts facts, (string? Code, string? Enhanced) own)
    {
        var word = text.AsSpan(start, end - start);

        if (FactIn(word, facts) is { } fact)
        {
            return Add(fact);
        }

        if (word.ContainsAnyInRange('0', '9') && !word.SequenceEqual(own.Code) && !word.SequenceEqual(own.Enhanced))
        {
            return TryAddPart(start, end);
        }

        word.CopyTo(_pattern[_length..]);
        _length += word.Length;

        return true;
    }

    private static char? FactIn(ReadOnlySpan<char> word, in TextFacts facts)
    {
        // Shorter words are too likely to be there by chance.
        if (word.Length < 3)
        {
            return null;
        }

        return word.SequenceEqual(facts.QueueId) ? QueueId
            : word.SequenceEqual(facts.Recipient) ? Recipient
            : word.SequenceEqual(facts.LocalPart) ? LocalPart
            : word.SequenceEqual(facts.Domain) ? Domain
            : word.SequenceEqual(facts.Host) ? Host
            : word.SequenceEqual(facts.HostLabel) ? HostLabel
            : word.Length == TextFacts.CompactLength && facts.IsCompact(word) ? CompactTime
            : word.Length == TextFacts.BasicLength && facts.IsBasic(word) ? BasicTime
            : null;
    }

    private bool Add(char character)
    {
        _pattern[_length++] = character;

        return true;
    }

    private bool TryAddPart(int start, int end)
    {
        if (_partCount == MaxParts)
        {
            return false;
        }

        _parts[_partCount++] = start..end;

        return Add(Part);
    }
}

/// <summary>What is known of a delivery when its texts are taken apart and put together.</summary>
/// <param name="recipient">The recipient's address.</param>
/// <param name="queueId">Queue id at our host.</param>
/// <param name="host">Our host.</param>
/// <param name="acceptedAt">Microseconds of Unix time.</param>
public readonly ref struct TextFacts(string recipient, string? queueId, string? host, long acceptedAt)
{
    /// <summary>Characters of <see cref="Compact"/>.</summary>
    public const int CompactLength = 14;

    /// <summary>Characters of <see cref="Basic"/>.</summary>
    public const int BasicLength = 15;

    private const string CompactForm = "yyyyMMddHHmmss";
    private const string BasicForm = "yyyyMMdd'T'HHmmss";

    private readonly int _at = recipient.LastIndexOf('@');
    private readonly int _label = host is null ? 0 : host.IndexOf('.') is >= 0 and var dot ? dot : host.Length;

    public string Recipient { get; } = recipient;

    public string? QueueId { get; } = queueId;

    public string? Host { get; } = host;

    public ReadOnlySpan<char> LocalPart => Recipient.AsSpan(0, Math.Max(0, _at));

    public ReadOnlySpan<char> Domain => Recipient.AsSpan(_at + 1);

    public ReadOnlySpan<char> HostLabel => Host.AsSpan(0, _label);

    /// <summary>The time of acceptance as message keys have it: <c>yyyyMMddHHmmss</c>, UTC.</summary>
    public string Compact => AcceptedAt.ToString(CompactForm, CultureInfo.InvariantCulture);

    /// <summary>The same in ISO 8601's basic form, <c>yyyyMMdd'T'HHmmss</c>.</summary>
    public string Basic => AcceptedAt.ToString(BasicForm, CultureInfo.InvariantCulture);

    private DateTimeOffset AcceptedAt => UnixTime.FromMicroseconds(acceptedAt);

    public bool IsCompact(ReadOnlySpan<char> word) => IsTime(word, CompactForm);

    public bool IsBasic(ReadOnlySpan<char> word) => IsTime(word, BasicForm);

    private bool IsTime(ReadOnlySpan<char> word, string form)
    {
        Span<char> time = stackalloc char[BasicLength];

        return AcceptedAt.TryFormat(time, out var length, form, CultureInfo.InvariantCulture) && word.SequenceEqual(time[..length]);
    }
}
