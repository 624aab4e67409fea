using System.Threading.Channels;
using MailStats.Ingest.Events;
using MailStats.ServiceDefaults;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace MailStats.Ingest.Tests.Events;

public sealed class BodyReaderTests
{
    private const int MaxBytes = 1024 * 1024;

    private readonly FakeTimeProvider _time = new();
    private readonly IngestOptions _options = new()
    {
        MaxBytes = MaxBytes, MaxBufferedBytesPerTenant = 2 * MaxBytes, MaxBufferedBytes = 4 * MaxBytes, MinBytesPerSecond = 1_000,
    };
    private readonly IngestOptions _large = new()
    {
        MaxBytes = 4 * MaxBytes, MaxBufferedBytesPerTenant = 8 * MaxBytes, MaxBufferedBytes = 8 * MaxBytes,
    };
    private readonly BodyRoom _room;
    private readonly BodyRoom _largeRoom;
    private readonly BodyReader _reader;

    public BodyReaderTests()
    {
        _room = new BodyRoom(Options.Create(_options));
        _largeRoom = new BodyRoom(Options.Create(_large));
        _reader = new BodyReader(Options.Create(_options), _room, _time);
    }

    [Fact]
    public async Task What_is_announced_and_does_not_come_takes_no_room()
    {
        var reading = Enumerable.Range(0, 64).Select(_ => Reading("attacker", new Trickle(), announced: MaxBytes)).ToList();

        // 64 announced bodies are 64 MB; 64 first buffers are what a tenant may have in all, and less.
        Assert.Equal(BodyProblem.None, _room.Take("other", 2 * MaxBytes));
        Assert.All(reading, task => Assert.False(task.IsCompleted));
        await LetGoAsync(reading);
    }

    [Fact]
    public async Task One_tenants_bodies_leave_room_for_the_others()
    {
        var bodies = new List<RequestBody>();
        (RequestBody? Body, BodyProblem Problem) last;

        while ((last = await ReadAsync("attacker", new byte[MaxBytes / 2])).Body is { } body)
        {
            bodies.Add(body);
        }

        var (other, _) = await ReadAsync("other", new byte[MaxBytes]);

        Assert.Equal(BodyProblem.ShareUsedUp, last.Problem);
        Assert.Equal(MaxBytes, other?.Length);

        bodies.ForEach(body => body.Dispose());
        var (again, _) = await ReadAsync("attacker", new byte[MaxBytes]);
        Assert.NotNull(again);
    }

    [Fact]
    public async Task What_was_read_stays_counted_until_its_events_are_taken()
    {
        var (body, _) = await ReadAsync("acme", new byte[MaxBytes]);

        body!.LetGo();
        Assert.Equal(BodyProblem.ShareUsedUp, _room.Take("acme", MaxBytes + 1));
        body.Dispose();
        body.Dispose();

        Assert.Equal(BodyProblem.None, _room.Take("acme", 2 * MaxBytes));
    }

    [Fact]
    public async Task Large_bodies_of_a_tenant_are_read_one_after_the_other_and_small_ones_beside_them()
    {
        var (first, _) = await ReadLargeAsync(new byte[BodyMemory.UsualSize + 1]);
        var second = ReadLargeAsync(new byte[BodyMemory.UsualSize + 1]);
        var (small, _) = await ReadLargeAsync(new byte[1_000]);
        var (others, _) = await ReadLargeAsync(new byte[BodyMemory.UsualSize + 1], "other");

        Assert.False(second.IsCompleted);
        Assert.NotNull(small);
        Assert.NotNull(others);

        first!.LetGo();
        var (next, problem) = await second.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((BodyMemory.UsualSize + 1, BodyProblem.None), (next?.Length, problem));
    }

    [Fact]
    public async Task Who_waits_for_a_turn_and_goes_leaves_nothing_behind()
    {
        var turns = new TenantTurns();
        using var gone = new CancellationTokenSource();

        Assert.True(await turns.TakeAsync("acme", TimeSpan.Zero, CancellationToken.None));
        Assert.False(await turns.TakeAsync("acme", TimeSpan.Zero, CancellationToken.None));
        var waiting = turns.TakeAsync("acme", TimeSpan.FromMinutes(1), gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        turns.Return("acme");

        Assert.Equal(0, turns.Tenants);
        Assert.True(await turns.TakeAsync("acme", TimeSpan.Zero, CancellationToken.None));
    }

    [Fact]
    public async Task All_tenants_together_have_a_bound()
    {
        Assert.Equal(BodyProblem.None, _room.Take("one", 2 * MaxBytes));
        Assert.Equal(BodyProblem.None, _room.Take("two", 2 * MaxBytes));

        var (_, problem) = await ReadAsync("three", [1]);

        Assert.Equal(BodyProblem.NoRoom, problem);
    }

    [Theory]
    [InlineData(MaxBytes, true)]
    [InlineData(MaxBytes + 1, false)]
    public async Task A_body_has_a_bound_announced_or_not(int length, bool isRead)
    {
        var (body, problem) = await ReadAsync("acme", new byte[length]);
        body?.Dispose();
        var (announced, _) = await ReadAsync("acme", new byte[length], length);

        Assert.Equal((isRead ? length : null, isRead ? BodyProblem.None : BodyProblem.TooLarge), (body?.Length, problem));
        Assert.Equal(isRead, announced is not null);
    }

    [Theory]
    [InlineData(0)]
    [InlineData((16 * 1024) - 1)]
    [InlineData(16 * 1024)]
    [InlineData((16 * 1024) + 1)]
    [InlineData(BodyMemory.UsualSize)]
    [InlineData(BodyMemory.UsualSize + 1)]
    [InlineData(4 * MaxBytes)]
    public async Task A_body_of_any_size_is_read_as_it_came(int length)
    {
        var sent = new byte[length];
        new Random(length).NextBytes(sent);

        // Twice: memory that was used before holds what was in it.
        for (var time = 0; time < 2; time++)
        {
            var (body, problem) = await ReadLargeAsync(sent);

            Assert.Equal(BodyProblem.None, problem);
            Assert.True(body!.Bytes.Span.SequenceEqual(sent));
            body.Dispose();
            Assert.Equal(BodyProblem.None, _largeRoom.Take("acme", 8 * MaxBytes));
            _largeRoom.Return("acme", 8 * MaxBytes);
        }
    }

    [Fact]
    public async Task Large_bodies_leave_nothing_behind_on_the_collectors_heap()
    {
        var sent = new byte[4 * MaxBytes];
        var before = GC.GetAllocatedBytesForCurrentThread();

        // All in this thread: a stream in memory answers at once.
        for (var time = 0; time < 10; time++)
        {
            var (body, _) = await ReadLargeAsync(sent);
            body!.Dispose();
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10 * 64 * 1024);
    }

    [Fact]
    public async Task A_fast_beginning_does_not_pay_for_a_silence()
    {
        var stream = new Trickle();
        var reading = Reading("acme", stream);
        await stream.SendAsync(new byte[MaxBytes / 2]);

        _time.Advance(BodyPace.Window);

        Assert.Equal(BodyProblem.TooSlow, (await reading).Problem);
        Assert.Equal(BodyProblem.None, _room.Take("acme", 2 * MaxBytes));
    }

    [Theory]
    [InlineData(5_000, true)]
    [InlineData(4_999, false)]
    public async Task In_every_window_must_come_what_the_least_rate_makes_of_it(int bytes, bool isFastEnough)
    {
        var stream = new Trickle();
        var reading = Reading("acme", stream);

        for (var window = 0; window < 4 && !reading.IsCompleted; window++)
        {
            // A window begins when the one before has had enough.
            _time.Advance(BodyPace.Window - TimeSpan.FromSeconds(1));
            await Task.WhenAny(stream.SendAsync(new byte[bytes]), reading);
        }

        stream.End();
        var (body, problem) = await reading;

        Assert.Equal(isFastEnough ? BodyProblem.None : BodyProblem.TooSlow, problem);
        Assert.Equal(isFastEnough ? 4 * bytes : null, body?.Length);
    }

    private Task<(RequestBody? Body, BodyProblem Problem)> ReadAsync(string tenant, byte[] body, long? announced = null) =>
        Reading(tenant, new MemoryStream(body), announced);

    private Task<(RequestBody? Body, BodyProblem Problem)> ReadLargeAsync(byte[] body, string tenant = "acme")
    {
        var request = new DefaultHttpContext().Request;
        request.Body = new MemoryStream(body);

        return new BodyReader(Options.Create(_large), _largeRoom, _time).ReadAsync(request, tenant, 4 * MaxBytes, CancellationToken.None);
    }

    private Task<(RequestBody? Body, BodyProblem Problem)> Reading(string tenant, Stream body, long? announced = null)
    {
        var request = new DefaultHttpContext().Request;
        request.Body = body;
        request.ContentLength = announced;

        return _reader.ReadAsync(request, tenant, MaxBytes, CancellationToken.None);
    }

    private async Task LetGoAsync(List<Task<(RequestBody? Body, BodyProblem Problem)>> reading)
    {
        _time.Advance(BodyPace.Window);
        Assert.All(await Task.WhenAll(reading), read => Assert.Equal(BodyProblem.TooSlow, read.Problem));
    }

    /// <summary>A body that comes when the test says so. What was sent has been taken in when the sending returns.</summary>
    private sealed class Trickle : Stream
    {
        private readonly Channel<byte[]> _sent = Channel.CreateUnbounded<byte[]>();
        private ReadOnlyMemory<byte> _rest;
        private TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public async Task SendAsync(byte[] bytes)
        {
            _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await _sent.Writer.WriteAsync(bytes);
            await _asked.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }

        public void End() => _sent.Writer.TryComplete();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_rest.IsEmpty)
            {
                // All that was sent has been read.
                if (!_sent.Reader.TryPeek(out _))
                {
                    _asked.TrySetResult();
                }

                if (!await _sent.Reader.WaitToReadAsync(cancellationToken))
                {
                    return 0;
                }

                _sent.Reader.TryRead(out var sent);
                _rest = sent;
            }

            var length = Math.Min(buffer.Length, _rest.Length);
            _rest[..length].CopyTo(buffer);
            _rest = _rest[length..];

            return length;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
