using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MailStats.ScaleBench;

/// <summary>A mail server that asks at the end of one message after the other, in Postfix's policy protocol.</summary>
internal sealed class MtaSession : IDisposable
{
    private static readonly byte[] End = "\n\n"u8.ToArray();

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _answer = new byte[512];

    public static async Task<MtaSession> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        var session = new MtaSession();
        await session._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);

        return session;
    }

    /// <summary>Whether a message of one recipient may pass, and how many milliseconds the answer took.</summary>
    public async Task<(bool Passes, double Milliseconds)> AskAsync(string message, CancellationToken cancellationToken)
    {
        var request = string.Create(
            CultureInfo.InvariantCulture,
            $"request=smtpd_access_policy\nprotocol_state=END-OF-MESSAGE\nprotocol_name=ESMTP\nqueue_id=Q{message}\ninstance=1f.{message}.0\n"
            + $"sender=news@{PolicyRun.Domain}\nrecipient=\nrecipient_count=1\nclient_address=192.0.2.50\n"
            + $"sasl_username=news@{PolicyRun.Domain}\nsize=18432\n\n");
        var started = Stopwatch.GetTimestamp();
        await _socket.SendAsync(Encoding.ASCII.GetBytes(request), cancellationToken);
        var length = 0;

        while (!_answer.AsSpan(0, length).EndsWith(End))
        {
            var received = await _socket.ReceiveAsync(_answer.AsMemory(length), cancellationToken);
            length += received > 0 ? received : throw new IOException("disconnected");
        }

        return (_answer.AsSpan(0, length).StartsWith("action=DUNNO"u8), Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    public void Dispose() => _socket.Dispose();
}
