using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MailStats.PolicyBench;

/// <summary>MTA sessions that each ask at RCPT and at the end of the message, one question at a time.</summary>
/// <param name="port">The service's.</param>
/// <param name="sessions">At once.</param>
/// <param name="listed">Entries of the suppression list; 0 asks about no named recipient.</param>
internal sealed class Load(int port, int sessions, int listed)
{
    private static readonly byte[] End = "\n\n"u8.ToArray();

    private int _messages;

    /// <summary>An entry of the list by its number.</summary>
    public static string AddressOf(int number) => string.Create(CultureInfo.InvariantCulture, $"person.{number}@receiver{number % 997}.example");

    /// <summary>Twice the limit is asked for; gives how many were let through.</summary>
    public async Task<int> RunToLimitAsync(int limit, PolicyProcess server)
    {
        await server.SetRemainingAsync(limit);
        var passed = 0;
        var each = (2 * limit / sessions) + 1;
        var times = await Task.WhenAll(Enumerable.Range(0, sessions).Select(async _ =>
        {
            using var socket = await ConnectAsync();
            var mine = new List<double>();

            for (var i = 0; i < each; i++)
            {
                if (await AskAsync(socket, "END-OF-MESSAGE", mine))
                {
                    Interlocked.Increment(ref passed);
                }
            }

            return mine;
        }));
        Report("limit 1,000", [.. times.SelectMany(time => time)], null);

        return passed;
    }

    /// <param name="name">As printed.</param>
    /// <param name="limit">Recipients that remain, null for no end.</param>
    /// <param name="perSecond">Messages of all sessions together; 0 for as many as are answered.</param>
    /// <param name="length">How long.</param>
    /// <param name="server">The service.</param>
    public async Task RunAsync(string name, long? limit, int perSecond, TimeSpan length, PolicyProcess server)
    {
        await server.SetRemainingAsync(limit);
        var watch = Stopwatch.StartNew();
        var pause = perSecond == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)sessions / perSecond);
        var times = await Task.WhenAll(Enumerable.Range(0, sessions).Select(session => Task.Run(async () =>
        {
            using var socket = await ConnectAsync();
            var rcpt = new List<double>();
            var binding = new List<double>();
            var next = pause * ((double)session / sessions);

            while (watch.Elapsed < length)
            {
                if (next > watch.Elapsed)
                {
                    await Task.Delay(next - watch.Elapsed, TimeProvider.System);
                }

                next += pause;
                await AskAsync(socket, "RCPT", rcpt);
                await AskAsync(socket, "END-OF-MESSAGE", binding);
            }

            return (rcpt, binding);
        })));
        var seconds = watch.Elapsed.TotalSeconds;
        Report($"{name}, RCPT", [.. times.SelectMany(time => time.rcpt)], seconds);
        Report($"{name}, END-OF-MESSAGE", [.. times.SelectMany(time => time.binding)], seconds);
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));

        return socket;
    }

    private async Task<bool> AskAsync(Socket socket, string state, List<double> times)
    {
        var message = Interlocked.Increment(ref _messages);
        var request = string.Create(
            CultureInfo.InvariantCulture,
            $"request=smtpd_access_policy\nprotocol_state={state}\nprotocol_name=ESMTP\nqueue_id=Q{message:X}\ninstance=1f.{message:x}.0\n"
            + $"sender=news@shop.example\nrecipient=\nrecipient_count=1\nclient_address=192.0.2.50\nsasl_username=news@shop.example\nsize=18432\n\n");
        request = state == "RCPT" && listed > 0 ? request.Replace("recipient=\n", $"recipient={RecipientOf(message)}\n", StringComparison.Ordinal) : request;
        var started = Stopwatch.GetTimestamp();
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        var answer = new byte[512];
        var length = 0;

        while (!answer.AsSpan(0, length).EndsWith(End))
        {
            var received = await socket.ReceiveAsync(answer.AsMemory(length));
            length += received > 0 ? received : throw new IOException("disconnected");
        }

        times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);

        return answer.AsSpan(0, length).StartsWith("action=DUNNO"u8);
    }

    /// <summary>Strewn over the whole list: what was asked about lately is no help.</summary>
    private string RecipientOf(int message) =>
        message % 2 == 0
            ? AddressOf((int)(message * 2_654_435_761L % listed))
            : string.Create(CultureInfo.InvariantCulture, $"nobody.{message}@elsewhere.example");

    private static void Report(string name, List<double> times, double? seconds)
    {
        times.Sort();
        var rate = seconds is { } span ? string.Create(CultureInfo.InvariantCulture, $"{times.Count / span,9:N0}/s") : "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-38} {times.Count,9:N0} answers {rate,12}  p50 {At(0.5),7:F2} ms  p95 {At(0.95),7:F2} ms  p99 {At(0.99),7:F2} ms  "
            + $"max {times[^1],7:F2} ms"));

        double At(double share) => times[(int)((times.Count - 1) * share)];
    }
}
