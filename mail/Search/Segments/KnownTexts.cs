namespace MailStats.Mail.Search.Segments;

/// <summary>
/// Where the terms of texts stand that were added lately: senders, hosts, subjects and replies come again and again, and need not be
/// taken apart each time.
/// </summary>
internal sealed class KnownTexts
{
    /// <summary>Texts that are kept; of two for the same place the later stays.</summary>
    private const int MaxKept = 1 << 12;

    private readonly (char Letter, string? Text, int Start, int Count)[] _kept = new (char, string?, int, int)[MaxKept];

    public bool TryFind(char letter, string text, out int start, out int count)
    {
        ref var known = ref _kept[PlaceOf(letter, text)];
        (start, count) = (known.Start, known.Count);

        return known.Letter == letter && known.Text == text;
    }

    public void Keep(char letter, string text, int start, int count) => _kept[PlaceOf(letter, text)] = (letter, text, start, count);

    public void Clear() => Array.Clear(_kept);

    /// <summary>By some of its characters: whoever makes texts that share a place makes them cost what they would without it.</summary>
    private static int PlaceOf(char letter, string text)
    {
        var hash = (uint)((text.Length * 31) + letter);

        for (var index = 0; index < text.Length; index += 1 + (text.Length >> 4))
        {
            hash = (hash * 31) + text[index];
        }

        hash *= 0x9E3779B1;

        return (int)(hash >> 20) & (MaxKept - 1);
    }
}
