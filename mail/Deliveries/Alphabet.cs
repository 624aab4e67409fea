namespace MailStats.Mail.Deliveries;

/// <summary>Texts of few different characters, in fewer bits for each: queue ids, numbers, local parts, host names.</summary>
internal sealed class Alphabet
{
    private const int MaxOnStack = 128;

    private static readonly Alphabet Digits = new("0123456789ABCDEF", bits: 4, mark: 1);
    private static readonly Alphabet SmallDigits = new("0123456789abcdef", bits: 4, mark: 2);
    private static readonly Alphabet Words = new("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-", bits: 6, mark: 3);

    /// <summary>For each ASCII character the alphabets (bit 0 to 2) that have it.</summary>
    private static readonly byte[] Holders = MakeHolders();

    private readonly string _characters;
    private readonly byte[] _values = new byte[128];
    private readonly int _bits;

    private Alphabet(string characters, int bits, int mark)
    {
        (_characters, _bits, Mark) = (characters, bits, mark);

        for (var value = 0; value < characters.Length; value++)
        {
            _values[characters[value]] = (byte)value;
        }
    }

    /// <summary>What a text's bytes are marked with; 0 stands for UTF-8.</summary>
    public int Mark { get; }

    /// <summary>The alphabet that writes a text shortest, null where only UTF-8 can.</summary>
    public static Alphabet? Of(ReadOnlySpan<char> text)
    {
        var holders = text.IsEmpty ? 0 : 7;

        foreach (var character in text)
        {
            holders &= character < 128 ? Holders[character] : 0;
        }

        return (holders & 1) != 0 ? Digits : (holders & 2) != 0 ? SmallDigits : (holders & 4) != 0 ? Words : null;
    }

    public static Alphabet Marked(int mark) => mark switch
    {
        1 => Digits,
        2 => SmallDigits,
        _ => Words,
    };

    public int BytesOf(int characters) => ((characters * _bits) + 7) / 8;

    public void Pack(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        var (waiting, held, place) = (0, 0, 0);

        foreach (var character in text)
        {
            waiting = (waiting << _bits) | _values[character];
            held += _bits;

            if (held >= 8)
            {
                held -= 8;
                bytes[place++] = (byte)(waiting >> held);
                waiting &= (1 << held) - 1;
            }
        }

        if (held > 0)
        {
            bytes[place] = (byte)(waiting << (8 - held));
        }
    }

    public string Unpack(ReadOnlySpan<byte> bytes, int characters)
    {
        var text = characters <= MaxOnStack ? stackalloc char[MaxOnStack] : new char[characters];
        var (waiting, held, place) = (0, 0, 0);

        for (var index = 0; index < characters; index++)
        {
            if (held < _bits)
            {
                waiting = (waiting << 8) | bytes[place++];
                held += 8;
            }

            held -= _bits;
            text[index] = _characters[waiting >> held];
            waiting &= (1 << held) - 1;
        }

        return new(text[..characters]);
    }

    private static byte[] MakeHolders()
    {
        var holders = new byte[128];
        ReadOnlySpan<Alphabet> all = [Digits, SmallDigits, Words];

        for (var index = 0; index < all.Length; index++)
        {
            foreach (var character in all[index]._characters)
            {
                holders[character] |= (byte)(1 << index);
            }
        }

        return holders;
    }
}
