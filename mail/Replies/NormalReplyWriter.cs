namespace MailStats.Mail.Replies;

/// <summary>The pass behind <see cref="ReplyNormalizer"/>.</summary>
public ref struct NormalReplyWriter(Span<char> buffer)
{
    /// <summary>Stands where the innermost reply begins.</summary>
    private const char InnerMark = '\u0001';

    private const char LowerCase = '\u0020';

    private readonly Span<char> _buffer = buffer;
    private int _length;
    private bool _spacePending;
    private bool _started;
    private int _noAddressBefore;
    private int _nextAt;
    private EnhancedCode _enhanced;
    private ReadOnlySpan<char> _ip;
    private int _innerStart;
    private int _innerCode;
    private EnhancedCode _innerEnhanced;

    public int Code { get; set; }

    public readonly NormalReply ToReply(ReadOnlySpan<char> host, SmtpPhase phase) => new()
    {
        Host = host,
        Phase = phase,
        Text = _buffer[.._length],
        Code = Code,
        Enhanced = _enhanced,
        Ip = _ip,
        InnerStart = _innerStart,
        InnerCode = _innerCode,
        InnerEnhanced = _innerEnhanced,
    };

    public void Write(ReadOnlySpan<char> text)
    {
        var position = 0;
        _noAddressBefore = 0;
        _nextAt = -1;

        if (!_started)
        {
            position = ReadStart(text);
            _started = true;
        }

        while (position < text.Length)
        {
            var c = text[position];

            if (char.IsAsciiLetterOrDigit(c))
            {
                position = WriteWord(text, position);
            }
            else if (c == ' ' || char.IsWhiteSpace(c) || char.IsControl(c))
            {
                _spacePending = true;
                position++;
            }
            else
            {
                if (c == '#' && _enhanced.IsNone && EnhancedCode.TryRead(text[(position + 1)..], out var enhanced, out _))
                {
                    _enhanced = enhanced;
                }

                PutFolded(c);
                position++;
            }
        }
    }

    /// <summary>Takes <c>smtp;</c>, the reply code and the enhanced code off the start.</summary>
    private int ReadStart(ReadOnlySpan<char> text)
    {
        var position = ReplyCodes.SkipSpace(text, 0);

        if (text[position..].StartsWith("smtp;", StringComparison.OrdinalIgnoreCase))
        {
            position = ReplyCodes.SkipSpace(text, position + 5);
        }

        if (ReplyCodes.TryRead(text[position..], out var code) && (Code == 0 || Code == code))
        {
            Code = code;
            position = ReplyCodes.SkipSpace(text, Math.Min(position + 4, text.Length));
        }

        if (EnhancedCode.TryRead(text[position..], out var enhanced, out var length))
        {
            _enhanced = enhanced;
            position += length;
        }

        return position;
    }

    private int WriteWord(ReadOnlySpan<char> text, int start)
    {
        var starts = start == 0 || !char.IsAsciiLetterOrDigit(text[start - 1]);

        if (starts)
        {
            if ((char.IsAsciiDigit(text[start]) && (TryEnterInner(text, start, out var end) || TrySkipRepeatedCode(text, start, out end)))
                || (start >= _noAddressBefore && TryMaskAddress(text, start, out end))
                || (char.IsAsciiHexDigit(text[start]) && TryMaskNumbers(text, start, out end)))
            {
                return end;
            }
        }

        return WriteRun(text, start);
    }

    /// <summary>
    /// <c>host mx.example.net said: 550 5.1.1 …</c>, <c>-> 550 …</c>, <c>&lt;421 4.4.2 …</c>: a server passes on what another said.
    /// </summary>
    private bool TryEnterInner(ReadOnlySpan<char> text, int start, out int end)
    {
        end = start;

        if (text[start] is not ('4' or '5') || _length == 0 || !ReplyCodes.TryRead(text[start..], out var code))
        {
            return false;
        }

        var before = ReplyCodes.SkipSpace(text, Math.Min(start + 4, text.Length));
        var quoted = before < text.Length && text[before] is '\'' or '"';
        before += quoted ? 1 : 0;
        var hasEnhanced = EnhancedCode.TryRead(text[before..], out var enhanced, out var length) && enhanced.Class == code / 100;

        if (!(quoted && hasEnhanced) && !ReplyCodes.BeginQuote(_buffer[.._length], hasEnhanced, repeats: code == Code && enhanced == _enhanced))
        {
            return false;
        }

        end = hasEnhanced ? before + length : before;
        Put(InnerMark);
        _innerStart = _length;
        _innerCode = code;
        _ip = [];
        _innerEnhanced = hasEnhanced ? enhanced : default;
        _spacePending = false;

        return true;
    }

    /// <summary>Every line of a multi-line reply repeats the codes, and some sources join the lines.</summary>
    private bool TrySkipRepeatedCode(ReadOnlySpan<char> text, int start, out int end)
    {
        end = start;

        if (Code == 0 || start > 0 && !char.IsWhiteSpace(text[start - 1]) || !ReplyCodes.TryRead(text[start..], out var code) || code != Code)
        {
            return false;
        }

        end = ReplyCodes.SkipSpace(text, Math.Min(start + 4, text.Length));

        if (EnhancedCode.TryRead(text[end..], out var enhanced, out var length))
        {
            end += length;
            _enhanced = _enhanced.IsNone ? enhanced : _enhanced;
        }

        return true;
    }

    private bool TryMaskAddress(ReadOnlySpan<char> text, int start, out int end)
    {
        end = start;

        // One look from each @ backwards tells all words before it that none of them begins an address.
        if (start > _nextAt)
        {
            _nextAt = start + text[start..].IndexOf('@');
            _noAddressBefore = _nextAt < start ? int.MaxValue : start + ReplyTokens.StartOfLocalPart(text[start.._nextAt]);

            if (start < _noAddressBefore)
            {
                return false;
            }
        }

        if (!ReplyTokens.TryReadAddress(text, start, out end))
        {
            _noAddressBefore = end;
            end = start;

            return false;
        }

        Put("{address}");

        return true;
    }

    /// <summary>IP addresses, dates and times.</summary>
    private bool TryMaskNumbers(ReadOnlySpan<char> text, int start, out int end)
    {
        if (ReplyTokens.TryReadIp(text, start, out end))
        {
            // 127.0.0.2 is what a block list answers, 127.0.0.1 the server itself: neither is the sender's.
            if (_ip.IsEmpty && !text[start..end].StartsWith("127."))
            {
                _ip = text[start..end];
            }

            Put("{ip}");

            return true;
        }

        if (ReplyTokens.TryReadTime(text, start, out end))
        {
            Put("{time}");

            return true;
        }

        return false;
    }

    private int WriteRun(ReadOnlySpan<char> text, int start)
    {
        PutPendingSpace();
        var written = _buffer[_length..];
        var end = start;
        var digits = 0;

        for (; end < text.Length; end++)
        {
            // Lower case has this bit, and digits have it too; letters are many, so they are asked for first.
            var lower = (char)(text[end] | LowerCase);

            if (!char.IsAsciiLetterLower(lower))
            {
                if (!char.IsAsciiDigit(text[end]))
                {
                    break;
                }

                digits++;
            }

            written[end - start] = lower;
        }

        if (ReplyTokens.IsNumber(text, start, end, digits))
        {
            Put("{n}");

            return end;
        }

        if (ReplyTokens.IsId(text[start..end], digits))
        {
            Put("{id}");

            return ReplyTokens.EndOfId(text, end);
        }

        _length += end - start;

        return end;
    }

    private void PutFolded(char c)
    {
        if (c < 128)
        {
            Put(c == '`' ? '\'' : c);

            return;
        }

        if (LetterFolding.IsInvisible(c))
        {
            return;
        }

        var folded = LetterFolding.Fold(c, out var second);
        Put(folded);

        if (second != '\0')
        {
            Put(second);
        }
    }

    private void Put(ReadOnlySpan<char> mask)
    {
        PutPendingSpace();
        mask.CopyTo(_buffer[_length..]);
        _length += mask.Length;
    }

    private void Put(char c)
    {
        PutPendingSpace();
        _buffer[_length++] = c;
    }

    private void PutPendingSpace()
    {
        if (_spacePending)
        {
            _spacePending = false;

            if (_length > 0)
            {
                _buffer[_length++] = ' ';
            }
        }
    }
}
