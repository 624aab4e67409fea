using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace MailStats.Classifier.Replies;

/// <summary>
/// Remembers verdicts by everything they depend on, so that a remembered one is the one that would be found again.
/// Bounded: two generations, of which the older is dropped when the younger is full.
/// </summary>
internal sealed class VerdictCache
{
    /// <summary>Characters before the text in a key.</summary>
    public const int HeadLength = 64;

    private const int GenerationSize = 8192;
    private const int LongestText = 1024;

    private volatile ConcurrentDictionary<string, Verdict> _young = new(StringComparer.Ordinal);
    private volatile ConcurrentDictionary<string, Verdict> _old = new(StringComparer.Ordinal);
    private int _youngCount;

    /// <summary>Writes what is beside the text right before it, so that both are one span. Empty where the reply is not worth remembering.</summary>
    /// <param name="facts">What the verdict depends on.</param>
    /// <param name="buffer"><see cref="HeadLength"/> characters of room, then the text.</param>
    public static ReadOnlySpan<char> WriteKey(in ReplyFacts facts, Span<char> buffer)
    {
        var receiver = facts.Receiver ?? string.Empty;
        var length = receiver.Length + 9;

        if (facts.Normal.Text.Length > LongestText || length > HeadLength)
        {
            return [];
        }

        var start = HeadLength - length;
        var head = buffer[start..];
        head[0] = (char)facts.Code;
        head[1] = (char)((facts.Enhanced.Class * 1000) + facts.Enhanced.Subject);
        head[2] = (char)facts.Enhanced.Detail;
        head[3] = (char)facts.Normal.InnerStart;
        head[4] = (char)facts.Normal.InnerCode;
        head[5] = (char)((facts.Normal.InnerEnhanced.Class * 1000) + facts.Normal.InnerEnhanced.Subject);
        head[6] = (char)facts.Normal.InnerEnhanced.Detail;
        head[7] = (char)((facts.Final switch { null => 2, true => 1, false => 0 })
            + (facts.Expired ? 4 : 0) + ((int)facts.Normal.Phase * 8) + (facts.Class * 64));
        head[8] = (char)receiver.Length;
        receiver.CopyTo(head[9..]);

        return buffer[start..(HeadLength + facts.Normal.Text.Length)];
    }

    public bool TryGet(ReadOnlySpan<char> key, [NotNullWhen(true)] out Verdict? verdict)
    {
        if (key.IsEmpty)
        {
            verdict = null;

            return false;
        }

        if (_young.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out verdict))
        {
            return true;
        }

        if (!_old.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out verdict))
        {
            return false;
        }

        Add(key, verdict);

        return true;
    }

    public void Add(ReadOnlySpan<char> key, Verdict verdict)
    {
        if (key.IsEmpty || !_young.TryAdd(key.ToString(), verdict))
        {
            return;
        }

        if (Interlocked.Increment(ref _youngCount) == GenerationSize)
        {
            _old = _young;
            _young = new ConcurrentDictionary<string, Verdict>(StringComparer.Ordinal);
            Interlocked.Exchange(ref _youngCount, 0);
        }
    }
}
