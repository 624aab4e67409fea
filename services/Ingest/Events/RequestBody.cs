using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace MailStats.Ingest.Events;

/// <summary>
/// A body, decompressed: pieces while it comes, one rented buffer when it is whole. Its bytes count as its tenant's until it is
/// disposed.
/// </summary>
/// <remarks>
/// Bodies that come slowly or not to their end are what takes most memory, so it is given in pieces that are small enough for
/// the garbage collector's young generation. A buffer that doubled would leave large arrays behind, one for each size.
/// </remarks>
internal sealed class RequestBody(BodyRoom room, string tenantId) : IDisposable
{
    private const int FirstPiece = 16 * 1024;

    /// <summary>Below the size (85,000 bytes) from which on an array is collected with the oldest generation only.</summary>
    private const int LaterPiece = 64 * 1024;

    /// <summary>
    /// For what is joined. It keeps one array of each size: one tenant's share has room for one large body that is joined, and what is kept
    /// stays for good. The shared pool would keep one for each thread that ever gave one back.
    /// </summary>
    private static readonly ArrayPool<byte> Joined = ArrayPool<byte>.Create(maxArrayLength: 16 * 1024 * 1024, maxArraysPerBucket: 1);

    private readonly List<byte[]> _full = [];
    private byte[] _buffer = [];
    private bool _isJoined;
    private int _bufferLength;
    private int _size;
    private int _counted;

    public int Length { get; private set; }

    /// <summary>All of it, once it is <see cref="TryJoin">joined</see>.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _bufferLength);

    /// <summary>Room for at most so many more bytes; one at least.</summary>
    public BodyProblem TryRoom(int most, out Memory<byte> free)
    {
        if (_bufferLength == _size && TryAddPiece(most) is not BodyProblem.None and var problem)
        {
            free = default;

            return problem;
        }

        free = _buffer.AsMemory(_bufferLength, Math.Min(most, _size - _bufferLength));

        return BodyProblem.None;
    }

    public void Came(int bytes)
    {
        Length += bytes;
        _bufferLength += bytes;
    }

    /// <summary>Makes one buffer of the pieces. Both are in memory while one is copied into the other.</summary>
    public BodyProblem TryJoin()
    {
        if (_full.Count == 0)
        {
            return BodyProblem.None;
        }

        var problem = TryCount(Length);

        if (problem != BodyProblem.None)
        {
            return problem;
        }

        var joined = Joined.Rent(Length);
        var at = 0;

        foreach (var (index, piece) in _full.Index())
        {
            var bytes = piece.AsSpan(0, index == 0 ? FirstPiece : LaterPiece);
            bytes.CopyTo(joined.AsSpan(at));
            at += bytes.Length;
        }

        Bytes.Span.CopyTo(joined.AsSpan(at));
        ReturnPieces();
        (_buffer, _isJoined, _bufferLength, _size) = (joined, true, Length, Length);
        CountOnly(Length);

        return BodyProblem.None;
    }

    /// <summary>
    /// Gives the buffer back when all of it has been read. As many bytes as the body had stay counted: the events that were
    /// made of it are in memory until they are taken.
    /// </summary>
    public void LetGo()
    {
        ReturnPieces();
        CountOnly(Length);
    }

    public void Dispose()
    {
        LetGo();
        CountOnly(0);
    }

    private BodyProblem TryAddPiece(int most)
    {
        var size = Math.Min(most, _size == 0 ? FirstPiece : LaterPiece);
        var problem = TryCount(size);

        if (problem != BodyProblem.None)
        {
            return problem;
        }

        if (_size > 0)
        {
            _full.Add(_buffer);
        }

        (_buffer, _bufferLength, _size) = (ArrayPool<byte>.Shared.Rent(size), 0, size);

        return BodyProblem.None;
    }

    private void ReturnPieces()
    {
        foreach (var piece in _full)
        {
            ArrayPool<byte>.Shared.Return(piece);
        }

        _full.Clear();

        if (_size > 0)
        {
            (_isJoined ? Joined : ArrayPool<byte>.Shared).Return(_buffer);
            (_buffer, _isJoined, _bufferLength, _size) = ([], false, 0, 0);
        }
    }

    private BodyProblem TryCount(int more)
    {
        var problem = room.Take(tenantId, more);
        _counted += problem == BodyProblem.None ? more : 0;

        return problem;
    }

    private void CountOnly(int bytes)
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
/// Memory is taken as bytes come: what is announced and never sent takes nothing.
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

            problem = isWhole ? body.TryJoin() : problem;
            isWhole &= problem == BodyProblem.None;

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
