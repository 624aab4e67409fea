using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace MailStats.ServiceDefaults.Tests.Bodies;

/// <summary>No call takes a body without an end, and no tenant's bodies take the room of the others'.</summary>
public sealed class BodyBoundsTests
{
    private const int Most = 64 * 1024;

    private static readonly string[] Small = [$"--Bodies:MaxBytes={Most}", $"--Bodies:MaxBufferedBytesPerTenant={3 * Most}"];

    private readonly FakeTimeProvider _time = new();
    private readonly BodyOptions _options = new() { MaxBytes = Most, MinBytesPerSecond = 1_000 };
    private readonly ByteRoom _room = new(ofTenant: 2 * Most, inAll: 3 * Most);

    [Theory]
    [InlineData("/things", Most, false)]
    [InlineData("/things", Most, true)]
    [InlineData("/large", 2 * 1024 * 1024, false)]
    [InlineData("/large", 2 * 1024 * 1024, true)]
    public async Task One_byte_more_than_a_call_takes_is_refused_announced_or_not(string path, int most, bool isAnnounced)
    {
        await using var host = await SampleHost.StartAsync([.. Small, "--Bodies:MaxBufferedBytesPerTenant=4000000"]);

        using var taken = await host.SendAsync(HttpMethod.Post, path, SampleHost.ReadKey, Thing(most, isAnnounced));
        using var refused = await host.SendAsync(HttpMethod.Post, path, SampleHost.ReadKey, Thing(most + 1, isAnnounced));
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"The body is larger than {most} bytes, the most that this call takes.", problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("/things", HttpStatusCode.TooManyRequests)]
    [InlineData("/passes", HttpStatusCode.OK)]
    public async Task What_passes_through_takes_no_share(string path, HttpStatusCode status)
    {
        await using var host = await SampleHost.StartAsync($"--Bodies:MaxBytes={Most}", $"--Bodies:MaxBufferedBytesPerTenant={Most}");
        using var held = new HeldContent(Most - 100);
        var holding = host.SendAsync(HttpMethod.Post, "/reads", SampleHost.ReadKey, held);
        await Eventually.IsAsync(() => Task.FromResult(host.BytesRead), read => read == Most - 100, "what the first body has read");

        using var second = await host.SendAsync(HttpMethod.Post, path, SampleHost.ReadKey, Thing(Most / 2, isAnnounced: false));

        Assert.Equal(status, second.StatusCode);
        Assert.Equal(status == HttpStatusCode.TooManyRequests, second.Headers.RetryAfter is not null);
        held.End();
        using var first = await holding;
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        using var again = await host.SendAsync(HttpMethod.Post, "/things", SampleHost.ReadKey, Thing(Most, isAnnounced: false));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task Who_is_not_known_sends_nothing()
    {
        await using var host = await SampleHost.StartAsync(Small);

        using var answer = await host.SendAsync(HttpMethod.Post, "/things", null, Thing(Most + 1, isAnnounced: true));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task One_tenants_bodies_leave_room_for_the_others()
    {
        await using var first = Body("attacker", new MemoryStream(new byte[Most]));
        await using var second = Body("attacker", new MemoryStream(new byte[Most]));
        await using var third = Body("attacker", new MemoryStream(new byte[Most]));
        await using var other = Body("honest", new MemoryStream(new byte[Most]));
        await using var last = Body("third", new MemoryStream(new byte[1]));

        Assert.Equal([null, null, StatusCodes.Status429TooManyRequests, null, StatusCodes.Status503ServiceUnavailable],
        [
            await ReadAsync(first), await ReadAsync(second), await ReadAsync(third), await ReadAsync(other), await ReadAsync(last),
        ]);

        await second.DisposeAsync();
        await using var again = Body("attacker", new MemoryStream(new byte[Most]));
        Assert.Null(await ReadAsync(again));
    }

    [Theory]
    [InlineData(BoundedBody.MostCommas, null)]
    [InlineData(BoundedBody.MostCommas + 1, StatusCodes.Status413PayloadTooLarge)]
    public async Task Values_of_a_body_have_a_bound_of_their_own(int commas, int? status)
    {
        var values = new byte[commas];
        values.AsSpan().Fill((byte)',');
        await using var body = new BoundedBody(new MemoryStream(values), commas, new(commas, commas), "acme", _options, pace: null);
        await using var passed = new BoundedBody(new MemoryStream(values), commas, room: null, "acme", _options, pace: null);

        Assert.Equal(status, await ReadAsync(body));
        Assert.Null(await ReadAsync(passed));
    }

    [Fact]
    public async Task What_comes_too_slowly_is_ended()
    {
        using var never = new NeverStream();
        await using var body = Body("attacker", never);
        var reading = ReadAsync(body);

        _time.Advance(BodyPace.Window - TimeSpan.FromMilliseconds(1));
        Assert.False(reading.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(StatusCodes.Status408RequestTimeout, await reading.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Time_that_the_call_itself_takes_is_not_the_clients()
    {
        await using var body = Body("acme", new MemoryStream(new byte[200]));
        var buffer = new byte[10];

        for (var read = 0; read < 10; read++)
        {
            Assert.Equal(10, await body.ReadAsync(buffer));
            _time.Advance(2 * BodyPace.Window);
        }

        Assert.Null(await ReadAsync(body));
    }

    private BoundedBody Body(string tenant, Stream stream) =>
        new(stream, Most, _room, tenant, _options, new BodyPace(_options.MinBytesPerSecond, _time, CancellationToken.None));

    /// <summary>Null when the body was read to its end, else the status it was refused with.</summary>
    private static async Task<int?> ReadAsync(BoundedBody body)
    {
        try
        {
            await body.CopyToAsync(Stream.Null);

            return null;
        }
        catch (BodyRefusedException refused)
        {
            return refused.StatusCode;
        }
    }

    private static HttpContent Thing(int bytes, bool isAnnounced)
    {
        var (before, after) = ("{\"name\":\"", "\",\"size\":1,\"shade\":\"darkBlue\"}");
        var body = Encoding.ASCII.GetBytes(before + new string('x', bytes - before.Length - after.Length) + after);
        HttpContent content = isAnnounced ? new ByteArrayContent(body) : new StreamContent(new UnknownLength(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        return content;
    }

    private sealed class UnknownLength(byte[] body) : MemoryStream(body)
    {
        public override bool CanSeek => false;
    }

    /// <summary>Comes almost whole, and its last bytes when the test says so.</summary>
    private sealed class HeldContent : HttpContent
    {
        private readonly int _bytes;
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public HeldContent(int bytes)
        {
            _bytes = bytes;
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        public void End() => _end.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes("{\"name\":\"" + new string('x', _bytes - 9)));
            await stream.FlushAsync();
            await _end.Task;
            await stream.WriteAsync("\",\"size\":1,\"shade\":\"darkBlue\"}"u8.ToArray());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;

            return false;
        }
    }

    private sealed class NeverStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);

            return 0;
        }
    }
}
