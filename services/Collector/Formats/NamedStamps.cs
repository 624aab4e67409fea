using System.Collections.Frozen;
using System.Text;

namespace MailStats.Collector.Formats;

/// <summary>
/// Stamps in the language of the machine that wrote them: <c>Mär 03 08:00:00</c>, <c>févr. 3 08:00:00</c>, <c>3月 03 08:00:00</c>. The
/// names are those that C libraries abbreviate months with (<c>%b</c>).
/// </summary>
internal static class NamedStamps
{
    /// <summary>Bytes: <c>сентября</c> has 16.</summary>
    private const int LongestName = 20;

    /// <summary>January to December, a language a line. A name that means two months in two languages stands in none.</summary>
    private static readonly string[] Languages =
    [
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "jan feb mär apr mai jun jul aug sep okt nov dez",
        "jän feb mrz apr mai juni juli aug sept okt nov dez",
        "janv févr mars avril mai juin juil août sept oct nov déc",
        "jan fév mars avr mai juin juil aoû sept oct nov déc",
        "ene feb mar abr may jun jul ago sep oct nov dic",
        "gen feb mar apr mag giu lug ago set ott nov dic",
        "jan fev mar abr mai jun jul ago set out nov dez",
        "jan feb mrt apr mei jun jul aug sep okt nov dec",
        "sty lut mar kwi maj cze lip sie wrz paź lis gru",
        "led úno bře dub kvě čen čec srp zář říj lis pro",
        "янв фев мар апр мая июн июл авг сен окт ноя дек",
        "янв фев мар апр май июн июл авг сен окт ноя дек",
        "січ лют бер кві тра чер лип сер вер жов лис гру",
        "jan feb mars april maj juni juli aug sep okt nov dec",
        "jan feb mar apr mai jun jul aug sep okt nov des",
        "tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu",
        "oca şub mar nis may haz tem ağu eyl eki kas ara",
        "jan febr márc ápr máj jún júl aug szept okt nov dec",
        "ian feb mar apr mai iun iul aug sep oct nov dec",
        "ιαν φεβ μαρ απρ μαΐ ιουν ιουλ αυγ σεπ οκτ νοε δεκ",
        "ιαν φεβ μάρ απρ μάι ιούν ιούλ αύγ σεπ οκτ νοέ δεκ",
    ];

    private static readonly FrozenDictionary<string, int> Months = Languages
        .SelectMany(language => language.Split(' ').Select((name, index) => (name, Month: index + 1)))
        .Distinct()
        .ToFrozenDictionary(entry => entry.name, entry => entry.Month);

    public static bool TryRead(ReadOnlySpan<byte> line, out int month, out int day, out long timeOfDay, out int length)
    {
        (month, day, timeOfDay, length) = (0, 0, 0, 0);
        var start = line is [(byte)' ', ..] ? 1 : 0;
        var blank = line[start..Math.Min(line.Length, start + LongestName)].IndexOf((byte)' ');
        if (blank < 2 || start + blank + 10 >= line.Length || !IsDay(line[(start + blank + 1)..]) || !TryMonth(line.Slice(start, blank), out month))
        {
            return false;
        }

        var at = start + blank + 1;
        at += at < line.Length && line[at] == ' ' ? 1 : 0;
        for (var digits = 0; digits < 2 && at < line.Length && (uint)(line[at] - '0') < 10; digits++, at++)
        {
            day = (day * 10) + line[at] - '0';
        }

        if (day is 0 or > 31 || at + 9 > line.Length || line[at] != ' ' || !Stamps.TryReadTime(line[(at + 1)..], out timeOfDay))
        {
            return false;
        }

        length = at + 9;

        return true;
    }

    /// <summary>A look before the names are: most lines that come here have no stamp.</summary>
    private static bool IsDay(ReadOnlySpan<byte> text) => (uint)((text[0] == ' ' ? text[1] : text[0]) - '0') < 10;

    private static bool TryMonth(ReadOnlySpan<byte> name, out int month)
    {
        month = 0;
        if (name[0] is >= (byte)'1' and <= (byte)'9')
        {
            // Chinese, Japanese and Korean count their months: 3月, 11월.
            var digits = name.Length > 1 && (uint)(name[1] - '0') < 10 ? 2 : 1;
            month = digits == 2 ? ((name[0] - '0') * 10) + name[1] - '0' : name[0] - '0';

            return month <= 12 && (name[digits..].SequenceEqual("月"u8) || name[digits..].SequenceEqual("월"u8));
        }

        return (char.IsAsciiLetter((char)name[0]) || name[0] >= 0xC3)
            && Months.TryGetValue(Encoding.UTF8.GetString(name.TrimEnd((byte)'.')).ToLowerInvariant(), out month);
    }
}
