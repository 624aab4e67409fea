using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace MailStats.Ingest.Events;

/// <summary>A whole body, decompressed, in a rented buffer.</summary>
internal sealed class RequestBody : IDisposable
{
    private readonly BodyReader _reader;
    private byte[] _buffer;

    internal RequestBody(BodyReader reader, byte[] buffer, int length)
    {
        _reader = reader;
        _buffer = buffer;
        Length = length;
    }

    public int Length { get; }

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, Length);

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);

        if (buffer.Length > 0)
        {
            _reader.Return(buffer);
        }
    }
}

/// <summary>Why a body was not read.</summary>
internal enum BodyProblem
{
    None = 0,
    TooLarge = 1,
    UnknownEncoding = 2,
    NotDecompressible = 3,
    NoRoom = 4,
}

/// <summary>Reads bodies within the limits of one request (also for what a small one unpacks to) and of all requests together.</summary>
internal sealed class BodyReader(IOptions<IngestOptions> options)
{
    private const int FirstBuffer = 64 * 1024;

    private long _held;

    // Without it a body that was cut off decompresses to its beginning, and the rest is lost without a word.
    static BodyReader() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    public async Task<(RequestBody? Body, BodyProblem Problem)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var maxBytes = options.Value.MaxBytes;
        var encoding = request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();

        if (request.ContentLength > maxBytes)
        {
            return (null, BodyProblem.TooLarge);
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = maxBytes;
        }

        await using var stream = encoding switch
        {
            "" or "identity" => request.Body,
            "gzip" or "x-gzip" => new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true),
            "br" => new BrotliStream(request.Body, CompressionMode.Decompress, leaveOpen: true),
            "deflate" => new ZLibStream(request.Body, CompressionMode.Decompress, leaveOpen: true),
            _ => Stream.Null,
        };

        if (stream == Stream.Null)
        {
            return (null, BodyProblem.UnknownEncoding);
        }

        try
        {
            // One byte more than is said to come shows the end without growing the buffer.
            var expected = stream == request.Body && request.ContentLength is { } length ? (int)length + 1 : FirstBuffer;

            return await ReadAsync(stream, expected, maxBytes, cancellationToken);
        }
        catch (InvalidDataException)
        {
            return (null, BodyProblem.NotDecompressible);
        }
    }

    internal void Return(byte[] buffer)
    {
        Interlocked.Add(ref _held, -buffer.Length);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private async Task<(RequestBody? Body, BodyProblem Problem)> ReadAsync(Stream stream, int expected, int maxBytes, CancellationToken cancellationToken)
    {
        var buffer = Rent(expected);
        var length = 0;

        try
        {
            while (buffer is not null)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);

                if (read == 0)
                {
                    var body = new RequestBody(this, buffer, length);
                    buffer = null;

                    return (body, BodyProblem.None);
                }

                length += read;

                if (length > maxBytes)
                {
                    return (null, BodyProblem.TooLarge);
                }

                if (length == buffer.Length)
                {
                    var larger = Rent(buffer.Length * 2);

                    if (larger is not null)
                    {
                        buffer.AsSpan(0, length).CopyTo(larger);
                    }

                    Return(buffer);
                    buffer = larger;
                }
            }

            return (null, BodyProblem.NoRoom);
        }
        finally
        {
            if (buffer is not null)
            {
                Return(buffer);
            }
        }
    }

    private byte[]? Rent(int length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(length);

        if (Interlocked.Add(ref _held, buffer.Length) <= options.Value.MaxBufferedBytes)
        {
            return buffer;
        }

        Return(buffer);

        return null;
    }
}
