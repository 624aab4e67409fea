using System.Net.Sockets;
using System.Text;

namespace MailStats.RealMtas;

/// <summary>Writes what comes to a socket like <c>/dev/log</c> into a file, as a syslog daemon does.</summary>
internal sealed class SyslogFile : IAsyncDisposable
{
    /// <summary>Bytes of one line: eight times what mail servers write.</summary>
    private const int MaximumLine = 8 * 1024;

    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly Task _writing;

    /// <param name="socket">Where programs write to.</param>
    /// <param name="file">The log.</param>
    /// <param name="host">The host that every line is given.</param>
    public SyslogFile(string socket, string file, string host)
    {
        _socket.Bind(new UnixDomainSocketEndPoint(socket));
        _writing = WriteAsync(file, host);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _writing;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task WriteAsync(string file, string host)
    {
        await using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        var buffer = new byte[MaximumLine];

        try
        {
            while (true)
            {
                var length = await _socket.ReceiveAsync(buffer, SocketFlags.None, _stop.Token);
                var line = Encoding.UTF8.GetString(buffer, 0, length).TrimEnd('\n', '\0');

                // <22>Mar  3 08:00:00 sendmail[99]: …, without the host's name.
                var stamp = line[(line.IndexOf('>', StringComparison.Ordinal) + 1)..];
                await stream.WriteAsync(Encoding.UTF8.GetBytes($"{stamp[..15]} {host} {stamp[16..]}\n"), _stop.Token);
                await stream.FlushAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }
}
