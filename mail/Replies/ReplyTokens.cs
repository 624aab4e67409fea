namespace MailStats.Mail.Replies;

/// <summary>Recognises what differs from one reply to the next: addresses of hosts, times, numbers, ids.</summary>
internal static class ReplyTokens
{
    private const int LongestIp = 45;

    /// <summary>Of IPv6, in letters (RFC 4291 §2.2).</summary>
    private const int LongestIpGroup = 4;

    public static bool TryReadIp(ReadOnlySpan<char> text, int start, out int end) =>
        TryReadIpV4(text, start, out end) || TryReadIpV6(text, start, out end);

    /// <param name="text">The reply.</param>
    /// <param name="start">Where a word begins.</param>
    /// <param name="end">Behind the address; where there is none, up to where no address can begin.</param>
    public static bool TryReadAddress(ReadOnlySpan<char> text, int start, out int end)
    {
        end = start;

        while (end < text.Length && IsLocalPart(text[end]))
        {
            end++;
        }

        if (end >= text.Length || text[end] != '@')
        {
            return false;
        }

        var domain = ++end;

        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '.' or '-' or '_'))
        {
            end++;
        }

        while (end > domain && text[end - 1] is '.' or '-' or '_')
        {
            end--;
        }

        return end > domain;
    }

    /// <summary>Where the local part begins that ends with the text; its length where it ends with none.</summary>
    public static int StartOfLocalPart(ReadOnlySpan<char> text)
    {
        var start = text.Length;

        while (start > 0 && IsLocalPart(text[start - 1]))
        {
            start--;
        }

        return start;
    }

    /// <summary><c>12:34</c>, <c>12:34:56</c>, <c>2026-11-21</c>, <c>2026-11-21T12:34:56.789Z</c>.</summary>
    public static bool TryReadTime(ReadOnlySpan<char> text, int start, out int end)
    {
        end = start;

        if (!char.IsAsciiDigit(text[start]))
        {
            return false;
        }

        var digits = CountDigits(text, start, 4);
        var position = start + digits;

        if (digits == 4 && Follows(text, position, '-', 2) && Follows(text, position + 3, '-', 2))
        {
            position += 6;

            while (position < text.Length && (char.IsAsciiDigit(text[position]) || text[position] is ':' or '.' or 'T' or 't' or 'Z' or 'z' or '+'))
            {
                position++;
            }

            end = position;

            return true;
        }

        if (digits > 2 || !Follows(text, position, ':', 2))
        {
            return false;
        }

        position += 3;

        if (Follows(text, position, ':', 2))
        {
            position += 3;
        }

        if (position < text.Length && (text[position] == ':' || char.IsAsciiLetterOrDigit(text[position])))
        {
            return false;
        }

        end = position;

        return true;
    }

    /// <summary>Five digits and more, unless they number a page: page numbers distinguish receivers' replies.</summary>
    public static bool IsNumber(ReadOnlySpan<char> text, int start, int end, int digits) =>
        digits == end - start
        && digits >= 5
        && (start == 0
            || text[start - 1] != '/'
            && !text[..start].EndsWith("answer=", StringComparison.OrdinalIgnoreCase)
            && !text[..start].EndsWith("linkid=", StringComparison.OrdinalIgnoreCase));

    /// <summary>Queue ids and the like: letters and digits mixed, but not a receiver's own code such as <c>BL000001</c>.</summary>
    public static bool IsId(ReadOnlySpan<char> run, int digits)
    {
        if (run.Length < 8 || digits < 3 || digits == run.Length)
        {
            return false;
        }

        var letters = 0;

        while (char.IsAsciiLetter(run[letters]))
        {
            letters++;
        }

        return letters is 0 or > 4 || letters + digits != run.Length || digits > 6;
    }

    /// <summary>The groups that follow an id, as in a UUID.</summary>
    public static int EndOfId(ReadOnlySpan<char> text, int end)
    {
        while (end + 1 < text.Length && text[end] is '-' or '.' or '_')
        {
            var next = end + 1;
            var digits = 0;

            while (next < text.Length && char.IsAsciiLetterOrDigit(text[next]))
            {
                digits += char.IsAsciiDigit(text[next++]) ? 1 : 0;
            }

            if (digits == 0)
            {
                break;
            }

            end = next;
        }

        return end;
    }

    private static bool IsLocalPart(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '%' or '+' or '-' or '=' || (c > 127 && char.IsLetterOrDigit(c));

    private static bool TryReadIpV4(ReadOnlySpan<char> text, int start, out int end)
    {
        end = start;
        var position = start;

        for (var part = 0; part < 4; part++)
        {
            var digits = CountDigits(text, position, 3);

            if (digits == 0 || part > 0 && text[position - 1] != '.')
            {
                return false;
            }

            position += digits + 1;
        }

        if (start > 0 && text[start - 1] == '.')
        {
            return false;
        }

        position--;

        if (position < text.Length && char.IsAsciiLetterOrDigit(text[position]))
        {
            return false;
        }

        end = position;

        return true;
    }

    private static bool TryReadIpV6(ReadOnlySpan<char> text, int start, out int end)
    {
        end = start;
        var group = start;

        while (group < text.Length && group - start <= LongestIpGroup && char.IsAsciiHexDigit(text[group]))
        {
            group++;
        }

        if (group == start || group - start > LongestIpGroup || group == text.Length || text[group] != ':')
        {
            return false;
        }

        var position = start;
        var colons = 0;
        var doubled = false;

        while (position < text.Length
            && position - start < LongestIp
            && (char.IsAsciiHexDigit(text[position]) || text[position] is ':' or '.'))
        {
            if (text[position] == ':')
            {
                colons++;
                doubled |= position > start && text[position - 1] == ':';
            }

            position++;
        }

        while (position > start && text[position - 1] is '.' or ':' && !(text[position - 1] == ':' && position - 2 > start && text[position - 2] == ':'))
        {
            colons -= text[--position] == ':' ? 1 : 0;
        }

        if (colons < 2 || !(doubled || colons >= 5) || position < text.Length && char.IsAsciiLetterOrDigit(text[position]))
        {
            return false;
        }

        end = position;

        return true;
    }

    private static bool Follows(ReadOnlySpan<char> text, int position, char separator, int digits) =>
        position < text.Length && text[position] == separator && CountDigits(text, position + 1, digits) == digits;

    private static int CountDigits(ReadOnlySpan<char> text, int position, int most)
    {
        var count = 0;

        while (count < most && position + count < text.Length && char.IsAsciiDigit(text[position + count]))
        {
            count++;
        }

        return count;
    }
}
