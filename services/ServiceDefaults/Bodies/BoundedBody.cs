using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace MailStats.ServiceDefaults;

/// <summary>A body as a call reads it: ended when it is too large, too slow, or its tenant has too much in memory already.</summary>
/// <param name="body">As it comes.</param>
/// <param name="maxBytes">What it may have.</param>
/// <param name="room">Where its bytes are counted until it is disposed; null where they pass through and stay nowhere.</param>
/// <param name="tenantId">Whose share they take.</param>
/// <param name="options">The bounds, for what is said of them.</param>
/// <param name="pace">Of the reads; null where they have one already.</param>
internal sealed class BoundedBody(Stream body, long maxBytes, ByteRoom? room, string tenantId, BodyOptions options, BodyPace? pace) : Stream
{
    /// <summary>
    /// Commas of a body that is held, and so values of it: ten times what any call takes. Without it 4 MB of <c>{},</c> became 70 MB of
    /// objects before anybody could count them.
    /// </summary>
    public const int MostCommas = 100_000;

    private long _length;
    private int _commas;
    private long _counted;

    /// <summary>Why it was not read to its end; null when it was, or when the client has gone.</summary>
    public BodyRefusedException? Refusal { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Refusal is not null)
        {
            throw Refusal;
        }

        int read;

        try
        {
            read = pace is null ? await body.ReadAsync(buffer, cancellationToken) : await pace.ReadAsync(body, buffer);
        }
        catch (OperationCanceledException) when (pace is { IsTooSlow: true })
        {
            throw Refuse(StatusCodes.Status408RequestTimeout, $"The body came slower than {options.MinBytesPerSecond} bytes a second.");
        }

        _length += read;

        if (_length > maxBytes)
        {
            throw Refuse(StatusCodes.Status413PayloadTooLarge, TooLarge(maxBytes));
        }

        _commas += room is null ? 0 : buffer.Span[..read].Count((byte)',');

        if (_commas > MostCommas)
        {
            throw Refuse(StatusCodes.Status413PayloadTooLarge, $"The body has more than {MostCommas} commas: more values than any call takes.");
        }

        switch (room?.Take(tenantId, read))
        {
            case RoomLeft.NoneOfTenant:
                throw Refuse(
                    StatusCodes.Status429TooManyRequests,
                    $"The tenant's other requests hold nearly all of the {options.MaxBufferedBytesPerTenant} bytes it may.");
            case RoomLeft.None:
                throw Refuse(StatusCodes.Status503ServiceUnavailable, "Too many large requests at once.");
            default:
                _counted += read;

                return read;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>What is said of a body of more bytes than a call takes.</summary>
    public static string TooLarge(long maxBytes) =>
        string.Create(CultureInfo.InvariantCulture, $"The body is larger than {maxBytes} bytes, the most that this call takes.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Bodies are read asynchronously.");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            room?.Return(tenantId, _counted);
            _counted = 0;
        }

        base.Dispose(disposing);
    }

    private BodyRefusedException Refuse(int status, string detail) => Refusal = new(detail, status);
}

/// <summary>The rest of a body is not read.</summary>
internal sealed class BodyRefusedException(string message, int statusCode) : BadHttpRequestException(message, statusCode);
