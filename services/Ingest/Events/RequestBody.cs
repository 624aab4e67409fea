using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace MailStats.Ingest.Events;

/// <summary>A body, decompressed, in a rented buffer that grows with it. Its bytes count as its tenant's until it is disposed.</summary>
internal sealed class RequestBody(BodyRoom room, string tenantId) : IDisposable
{
    private const int FirstBuffer = 16 * 1024;

    private byte[] _buffer = [];
    private int _counted;

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, Length);

    /// <summary>Room for at most so many more bytes; one at least.</summary>
    public BodyProblem TryRoom(int most, out Memory<byte> free)
    {
        if (Length == _buffer.Length && TryGrow() is not BodyProblem.None and var problem)
        {
            free = default;

            return problem;
        }

        free = _buffer.AsMemory(Length, Math.Min(most, _buffer.Length - Length));

        return BodyProblem.None;
    }

    public void Came(int bytes) => Length += bytes;

    /// <summary>
    /// Gives the buffer back when all of it has been read. As many bytes as the body had stay counted: the events that were
    /// made of it are in memory until they are taken.
    /// </summary>
    public void LetGo()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            Count(Length);
        }
    }

    public void Dispose()
    {
        LetGo();
        Count(0);
    }

    private BodyProblem TryGrow()
    {
        // Both are in memory while one is copied into the other.
        var larger = _buffer.Length == 0 ? FirstBuffer : _buffer.Length * 2;
        var problem = room.Take(tenantId, larger);

        if (problem != BodyProblem.None)
        {
            return problem;
        }

        _counted += larger;
        var grown = ArrayPool<byte>.Shared.Rent(larger);
        Bytes.Span.CopyTo(grown);

        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = grown;
        Count(larger);

        return BodyProblem.None;
    }

    private void Count(int bytes)
    {
        if (_counted > bytes)
        {
            room.Return(tenantId, _counted - bytes);
            _counted = bytes;
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

    /// <summary>All tenants' bodies together leave no room.</summary>
    NoRoom = 4,

    /// <summary>The tenant's other bodies leave no room.</summary>
    ShareUsedUp = 5,

    TooSlow = 6,
}

/// <summary>
/// Reads bodies within the limits of one request (also for what a small one unpacks to), of its tenant and of all requests.
/// A buffer grows with what has come: what is announced and never sent takes nothing.
/// </summary>
internal sealed class BodyReader(IOptions<IngestOptions> options, BodyRoom room, TimeProvider time)
{
    // Without it a body that was cut off decompresses to its beginning, and the rest is lost without a word.
    static BodyReader() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    /// <param name="request">Whose body is read.</param>
    /// <param name="tenantId">Whose share the body takes.</param>
    /// <param name="maxBytes">What it may have, decompressed; never more than the settings allow.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    public async Task<(RequestBody? Body, BodyProblem Problem)> ReadAsync(
        HttpRequest request, string tenantId, int maxBytes, CancellationToken cancellationToken)
    {
        maxBytes = Math.Min(maxBytes, options.Value.MaxBytes);

        if (request.ContentLength > maxBytes)
        {
            return (null, BodyProblem.TooLarge);
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = maxBytes;
        }

        await using var stream = request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant() switch
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

        using var pace = new BodyPace(options.Value.MinBytesPerSecond, time, cancellationToken);

        try
        {
            return await ReadAsync(stream, tenantId, maxBytes, pace);
        }
        catch (InvalidDataException)
        {
            return (null, BodyProblem.NotDecompressible);
        }
        catch (OperationCanceledException) when (pace.IsTooSlow && !cancellationToken.IsCancellationRequested)
        {
            return (null, BodyProblem.TooSlow);
        }
    }

    private async Task<(RequestBody? Body, BodyProblem Problem)> ReadAsync(Stream stream, string tenantId, int maxBytes, BodyPace pace)
    {
        var body = new RequestBody(room, tenantId);
        var (isWhole, problem) = (false, BodyProblem.None);

        try
        {
            while (!isWhole && problem == BodyProblem.None)
            {
                if (body.Length == maxBytes)
                {
                    isWhole = await stream.ReadAsync(new byte[1], pace.Token) == 0;
                    problem = isWhole ? BodyProblem.None : BodyProblem.TooLarge;
                }
                else if ((problem = body.TryRoom(maxBytes - body.Length, out var free)) == BodyProblem.None)
                {
                    var read = await stream.ReadAsync(free, pace.Token);
                    body.Came(read);
                    pace.Came(read);
                    isWhole = read == 0;
                }
            }

            return (isWhole ? body : null, problem);
        }
        finally
        {
            if (!isWhole)
            {
                body.Dispose();
            }
        }
    }
}
