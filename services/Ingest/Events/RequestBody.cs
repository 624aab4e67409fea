using System.Buffers;
using System.IO.Compression;
using MailStats.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace MailStats.Ingest.Events;

/// <summary>
/// A body, decompressed, in one piece that grows with what comes. Its bytes count as its tenant's until it is disposed.
/// </summary>
/// <remarks>It moves twice at most: from a small array that most bodies fit in to <see cref="BodyMemory"/>, and there to as much as it may have.</remarks>
internal sealed class RequestBody(BodyRoom room, string tenantId, int maxBytes) : IDisposable
{
    private const int FirstSize = 16 * 1024;

    /// <summary>Bytes that are counted ahead of what comes.</summary>
    private const int Step = 64 * 1024;

    private byte[]? _small;
    private BodyMemory? _large;
    private Memory<byte> _buffer;
    private int _counted;
    private bool _hasTurn;

    public int Length { get; private set; }

    /// <summary>All that has come.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer[..Math.Min(Length, _buffer.Length)];

    /// <summary>Room for some more bytes, one at least, and for no more than the body may have. Only while it has fewer.</summary>
    public BodyProblem TryRoom(out Memory<byte> free)
    {
        free = default;

        if (_counted == Length)
        {
            var more = Math.Min(maxBytes - Length, Length == 0 ? FirstSize : Step);
            var problem = room.Take(tenantId, more);

            if (problem != BodyProblem.None)
            {
                return problem;
            }

            _counted += more;
        }

        if (_buffer.Length == Length)
        {
            Grow();
        }

        free = _buffer[Length..Math.Min(_counted, _buffer.Length)];

        return BodyProblem.None;
    }

    public void Came(int bytes) => Length += bytes;

    /// <summary>Before a body becomes a large one: unpacking and reading those takes a processor, and each tenant takes one at most.</summary>
    public async Task<BodyProblem> TurnAsync(CancellationToken cancellationToken)
    {
        if (_hasTurn || Length < BodyMemory.UsualSize)
        {
            return BodyProblem.None;
        }

        var problem = await room.TakeTurnAsync(tenantId, cancellationToken);
        _hasTurn = problem == BodyProblem.None;

        return problem;
    }

    /// <summary>
    /// Gives the memory back when all of it has been read. As many bytes as the body had stay counted: the events that were
    /// made of it are in memory until they are taken.
    /// </summary>
    public void LetGo()
    {
        _buffer = default;
        Free(_small, _large);
        (_small, _large) = (null, null);
        CountOnly(Length);

        if (_hasTurn)
        {
            _hasTurn = false;
            room.ReturnTurn(tenantId);
        }
    }

    public void Dispose()
    {
        LetGo();
        CountOnly(0);
    }

    private void Grow()
    {
        var (small, large, held) = (_small, _large, _buffer);

        if (Length == 0)
        {
            _small = ArrayPool<byte>.Shared.Rent(FirstSize);
            _buffer = _small.AsMemory(0, Math.Min(FirstSize, maxBytes));

            return;
        }

        // Whatever is reserved takes memory only as it is written to.
        _large = BodyMemory.Take(large is null && maxBytes > BodyMemory.UsualSize ? BodyMemory.UsualSize : maxBytes);
        _small = null;
        _buffer = _large.Memory[..Math.Min(_large.Memory.Length, maxBytes)];
        held.CopyTo(_buffer);
        Free(small, large);
    }

    private static void Free(byte[]? small, BodyMemory? large)
    {
        if (small is not null)
        {
            ArrayPool<byte>.Shared.Return(small);
        }

        large?.LetGo();
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

    /// <summary>The tenant's other large bodies took too long.</summary>
    TurnTaken = 7,
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
            return await ReadAsync(stream, tenantId, maxBytes, pace, cancellationToken);
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

    private async Task<(RequestBody? Body, BodyProblem Problem)> ReadAsync(
        Stream stream, string tenantId, int maxBytes, BodyPace pace, CancellationToken cancellationToken)
    {
        var body = new RequestBody(room, tenantId, maxBytes);
        var (isWhole, problem) = (false, BodyProblem.None);

        try
        {
            while (!isWhole && problem == BodyProblem.None)
            {
                if (body.Length == maxBytes)
                {
                    isWhole = await pace.ReadAsync(stream, new byte[1]) == 0;
                    problem = isWhole ? BodyProblem.None : BodyProblem.TooLarge;
                }
                else if ((problem = await body.TurnAsync(cancellationToken)) == BodyProblem.None
                    && (problem = body.TryRoom(out var free)) == BodyProblem.None)
                {
                    var read = await pace.ReadAsync(stream, free);
                    body.Came(read);
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
