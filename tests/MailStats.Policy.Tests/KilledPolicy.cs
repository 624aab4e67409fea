using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MailStats.TestSupport;

namespace MailStats.Policy.Tests;

/// <summary>The Policy process on one endpoint, ended by kill -9 and started again while MTAs ask; they ask again until an answer comes.</summary>
internal sealed class KilledPolicy
{
    private readonly IPEndPoint _endpoint = FreeEndpoint();
    private int _answers;

    public int Answers => Volatile.Read(ref _answers);

    /// <summary>Kills the process each time an equal part of all expected answers has come, <paramref name="kills"/> times and once at the end.</summary>
    /// <returns>How often it was killed before the end.</returns>
    public async Task<int> KillAgainAndAgainAsync(string folder, int kills, int expected, CancellationToken done)
    {
        for (var killed = 0; ; killed++)
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "MailStats.Policy.dll"), "--urls", "http://127.0.0.1:0", "--Storage:Provider", "Sqlite",
                "--Storage:Path", folder,
                "--Policy:Listen:0", string.Create(CultureInfo.InvariantCulture, $"{_endpoint}"), "--Logging:LogLevel:Default", "None",
            ])
            { WorkingDirectory = folder })!;
            var next = (killed + 1) * expected / (kills + 1);
            using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(2));

            while (!done.IsCancellationRequested && (killed >= kills || Answers < next))
            {
                await ticks.WaitForNextTickAsync(CancellationToken.None);
            }

            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);

            if (done.IsCancellationRequested)
            {
                return killed;
            }
        }
    }

    /// <summary>An MTA with a connection of its own, which is made anew when the process was killed.</summary>
    public Session Open() => new(this);

    private async Task<PolicyClient?> TryConnectAsync()
    {
        try
        {
            return await PolicyClient.ConnectAsync(_endpoint);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static IPEndPoint FreeEndpoint()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();

        return (IPEndPoint)socket.LocalEndpoint;
    }

    internal sealed class Session(KilledPolicy policy) : IDisposable
    {
        private PolicyClient? _client;

        /// <param name="asked">Called before each time that the question is sent.</param>
        public async Task<string> AskAsync(string request, Action? asked = null)
        {
            while (true)
            {
                try
                {
                    _client ??= await Eventually.IsAsync(policy.TryConnectAsync, client => client is not null, "a service that listens");
                    asked?.Invoke();
                    await _client!.SendAsync(request);
                    if (await _client.ReadAnswerAsync() is { } answer)
                    {
                        Interlocked.Increment(ref policy._answers);

                        return answer;
                    }
                }
                catch (Exception lost) when (lost is SocketException or IOException)
                {
                    // Killed in the middle: asked again once it is back, as an MTA does.
                }

                Dispose();
            }
        }

        public void Dispose()
        {
            _client?.Dispose();
            _client = null;
        }
    }
}
