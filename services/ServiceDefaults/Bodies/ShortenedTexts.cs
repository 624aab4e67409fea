using Microsoft.AspNetCore.Http.Metadata;

namespace MailStats.ServiceDefaults;

/// <summary>
/// JSON as it comes, the texts in it cut where they are longer than anybody reads them: a whole message that stands in one text
/// is passed over and never held. What is no JSON stays none.
/// </summary>
internal sealed class ShortenedTexts(Stream json, int longest) : Stream
{
    private bool _isInText;
    private bool _isEscaped;

    /// <summary>Hexadecimal digits of an escape that are still to come.</summary>
    private int _digits;
    private int _length;
    private bool _isCut;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var read = await json.ReadAsync(buffer, cancellationToken);

            var kept = Shorten(buffer.Span[..read]);

            // None is the end, and may only be said there.
            if (kept > 0 || read == 0)
            {
                return kept;
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Bodies are read asynchronously.");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Moves what is kept to the front; how many bytes that are.</summary>
    private int Shorten(Span<byte> bytes)
    {
        var kept = 0;

        for (var at = 0; at < bytes.Length; at++)
        {
            // Most of a message, in one step.
            if (_isCut && !_isEscaped && _digits == 0)
            {
                var end = bytes[at..].IndexOfAny((byte)'"', (byte)'\\');

                if (end < 0)
                {
                    break;
                }

                at += end;
            }

            if (Keeps(bytes[at]))
            {
                bytes[kept++] = bytes[at];
            }
        }

        return kept;
    }

    private bool Keeps(byte one)
    {
        if (!_isInText)
        {
            (_isInText, _isCut, _length) = (one == '"', false, 0);

            return true;
        }

        if (_isEscaped)
        {
            (_isEscaped, _digits) = (false, one == 'u' ? 4 : 0);
        }
        else if (_digits > 0)
        {
            _digits--;
        }
        else if (one == '"')
        {
            _isInText = _isCut = false;

            return true;
        }
        else
        {
            // Not within an escape, nor within the bytes of one character (RFC 3629 §3).
            _isCut |= _length >= longest && (one & 0xC0) != 0x80;
            _isEscaped = one == '\\';
        }

        _length++;

        return !_isCut;
    }
}

/// <summary>
/// Metadata of a call whose body holds texts that it does not read, as a whole message: they are cut as they come, and
/// <see cref="IRequestSizeLimitMetadata"/> bounds what is sent.
/// </summary>
/// <param name="LongestText">Bytes of a text that are kept.</param>
/// <param name="MaxBytes">Bytes that the rest may have.</param>
public sealed record ShortensTexts(int LongestText, long MaxBytes);
