namespace MailStats.Mail.Replies;

/// <summary>Letters with marks become plain ones, full-width forms ASCII, typographic quotes and dashes typewriter's.</summary>
internal static class LetterFolding
{
    // U+00C0 to U+017F, one letter each; '*' stands for two letters or none, see Fold.
    private const string Latin =
        "aaaaaa*ceeeeiiiidnooooo*ouuuuy**aaaaaa*ceeeeiiii"
        + "dnooooo*ouuuuy*yaaaaaaccccccccddddeeeeeeeeeegggg"
        + "gggghhhhiiiiiiiiii**jjkkkllllllllllnnnnnnnnnoooo"
        + "oo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

    public static bool IsInvisible(char c) => c is '\u00AD' or (>= '\u200B' and <= '\u200F') or '\u2060' or '\uFEFF' or (>= '\u0300' and <= '\u036F');

    /// <param name="c">Outside ASCII.</param>
    /// <param name="second">The second letter where one becomes two, else NUL.</param>
    public static char Fold(char c, out char second)
    {
        second = '\0';

        switch (c)
        {
            case '\u00DF':
                second = 's';
                return 's';
            case '\u00C6' or '\u00E6':
                second = 'e';
                return 'a';
            case '\u0152' or '\u0153':
                second = 'e';
                return 'o';
            case '\u0132' or '\u0133':
                second = 'j';
                return 'i';
            case '\u00DE' or '\u00FE':
                second = 'h';
                return 't';
            case '\u00D7' or '\u00F7':
                return c;
            case >= '\u2018' and <= '\u201B' or '\u00B4':
                return '\'';
            case >= '\u201C' and <= '\u201F' or '\u00AB' or '\u00BB':
                return '"';
            case >= '\u2010' and <= '\u2015':
                return '-';
            case '\u0451' or '\u0401':
                return '\u0435';
            case >= '\uFF01' and <= '\uFF5E':
                return char.ToLowerInvariant((char)(c - 0xFEE0));
            case >= '\u00C0' and <= '\u017F':
                return Latin[c - '\u00C0'];
            default:
                return char.ToLowerInvariant(c);
        }
    }
}
