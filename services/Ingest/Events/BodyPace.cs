namespace MailStats.Ingest.Events;

/// <summary>
/// Ends the reading of a body that comes too slowly to be worth the memory it holds. In every window of five seconds there
/// must come what the least rate makes of it: an average over the whole body would let a fast beginning pay for a long silence.
/// </summary>
internal sealed class BodyPace : IDisposable
{
    /// <summary>Long enough for a network that loses packets, short enough to free what is held.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _window;
    private readonly CancellationTokenSource _either;
    private readonly long _least;
    private long _came;

    public BodyPace(int bytesPerSecond, TimeProvider time, CancellationToken cancellationToken)
    {
        _least = (long)(bytesPerSecond * Window.TotalSeconds);
        _window = new CancellationTokenSource(Window, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_window.Token, cancellationToken);
    }

    /// <summary>For the reads of the body.</summary>
    public CancellationToken Token => _either.Token;

    public bool IsTooSlow => _window.IsCancellationRequested;

    public void Came(int bytes)
    {
        _came += bytes;

        if (_came >= _least)
        {
            _came = 0;
            _window.CancelAfter(Window);
        }
    }

    public void Dispose()
    {
        _either.Dispose();
        _window.Dispose();
    }
}
