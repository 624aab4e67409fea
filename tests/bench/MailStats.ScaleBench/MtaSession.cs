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

    /// <summary>Postfix asks twice; a bench that measures an overloaded machine has to come to its end.</summary>
    private const int MostTries = 10;

    private readonly int _port;
    private readonly byte[] _answer = new byte[512];
    private Socket _socket = Unconnected();

    private MtaSession(int port) => _port = port;

    /// <summary>How often the policy server made no decision within its time and disconnected, so that it was asked again.</summary>
    public int AskedAgain { get; private set; }

    public static async Task<MtaSession> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        var session = new MtaSession(port);
        await session.ConnectAsync(cancellationToken);

        return session;
    }

    /// <summary>Whether a message of one recipient may pass, and how many milliseconds the answer took, asked again where it had to be.</summary>
    public async Task<(bool Passes, double Milliseconds)> AskAsync(string message, CancellationToken cancellationToken)
    {
        var request = string.Create(
            CultureInfo.InvariantCulture,
            $"request=smtpd_access_policy\nprotocol_state=END-OF-MESSAGE\nprotocol_name=ESMTP\nqueue_id=Q{message}\ninstance=1f.{message}.0\n"
            + $"sender=news@{PolicyRun.Domain}\nrecipient=\nrecipient_count=1\nclient_address=192.0.2.50\n"
            + $"sasl_username=news@{PolicyRun.Domain}\nsize=18432\n\n");
        var started = Stopwatch.GetTimestamp();
        var question = Encoding.ASCII.GetBytes(request);
        int length;

        for (var tries = 1; (length = await TryAskAsync(question, cancellationToken)) == 0; tries++)
        {
            AskedAgain++;

            if (tries == MostTries)
            {
                throw new IOException($"The policy server at port {_port} disconnected {MostTries} times without an answer");
            }

            _socket.Dispose();
            _socket = Unconnected();
            await ConnectAsync(cancellationToken);
        }

        return (_answer.AsSpan(0, length).StartsWith("action=DUNNO"u8), Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    public void Dispose() => _socket.Dispose();

    private static Socket Unconnected() => new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private async Task ConnectAsync(CancellationToken cancellationToken) =>
        await _socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _port), cancellationToken);

    /// <summary>The length of the answer; 0 when the server disconnected without one.</summary>
    private async Task<int> TryAskAsync(byte[] question, CancellationToken cancellationToken)
    {
        var length = 0;

        try
        {
            await _socket.SendAsync(question, cancellationToken);

            while (!_answer.AsSpan(0, length).EndsWith(End))
            {
                var received = await _socket.ReceiveAsync(_answer.AsMemory(length), cancellationToken);

                if (received == 0)
                {
                    return 0;
                }

                length += received;
            }
        }
        catch (SocketException)
        {
            // Cut off in the middle of the question: the same.
            return 0;
        }

        return length;
    }
}
