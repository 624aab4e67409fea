namespace MailStats.ServiceDefaults;

/// <summary>
/// Ends the reading of a body that comes too slowly to be worth the memory it holds. In every window of five seconds there
/// must come what the least rate makes of it: an average over the whole body would let a fast beginning pay for a long silence.
/// What is done with the body between two reads is not the client's time.
/// </summary>
public sealed class BodyPace : IDisposable
{
    /// <summary>Long enough for a network that loses packets, short enough to free what is held.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _window;
    private readonly CancellationTokenSource _either;
    private readonly long _least;
    private TimeSpan _left = Window;
    private long _came;

    public BodyPace(int bytesPerSecond, TimeProvider time, CancellationToken cancellationToken)
    {
        _time = time;
        _least = (long)(bytesPerSecond * Window.TotalSeconds);
        // It runs while a read waits for the client; what the call does in between has its own bounds.
        _window = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_window.Token, cancellationToken);
    }

    public bool IsTooSlow => _window.IsCancellationRequested;

    /// <summary>Throws <see cref="OperationCanceledException"/> when the body <see cref="IsTooSlow"/>.</summary>
    public async ValueTask<int> ReadAsync(Stream body, Memory<byte> buffer)
    {
        var began = _time.GetTimestamp();
        _window.CancelAfter(_left);
        var read = await body.ReadAsync(buffer, _either.Token);
        _window.CancelAfter(Timeout.InfiniteTimeSpan);
        _came += read;
        _left -= _time.GetElapsedTime(began);

        if (_came >= _least)
        {
            (_came, _left) = (0, Window);
        }
        else if (_left < TimeSpan.Zero)
        {
            // It has passed between the read's end and here: the next one is to be there at once.
            _left = TimeSpan.Zero;
        }

        return read;
    }

    public void Dispose()
    {
        _either.Dispose();
        _window.Dispose();
    }
}
