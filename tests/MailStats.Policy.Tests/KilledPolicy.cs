using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MailStats.TestSupport;

namespace MailStats.Policy.Tests;

/// <summary>
/// Processes of Policy over one store, each on an endpoint of its own, ended by kill -9 in turn and started again while MTAs ask; they ask
/// again until an answer comes.
/// </summary>
internal sealed class KilledPolicy(int replicas = 1)
{
    private readonly IReadOnlyList<IPEndPoint> _endpoints = [.. Enumerable.Range(0, replicas).Select(_ => FreeEndpoint())];
    private int _answers;

    public int Answers => Volatile.Read(ref _answers);

    /// <summary>Kills the next process each time an equal part of all expected answers has come, and all at the end.</summary>
    /// <returns>How often one was killed before the end.</returns>
    public async Task<int> KillAgainAndAgainAsync(string folder, string[] storage, int kills, int expected, CancellationToken done)
    {
        var processes = _endpoints.Select(endpoint => Start(folder, storage, endpoint)).ToList();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        var killed = 0;

        while (!done.IsCancellationRequested)
        {
            var next = (killed + 1) * expected / (kills + 1);

            while (!done.IsCancellationRequested && (killed >= kills || Answers < next))
            {
                await ticks.WaitForNextTickAsync(CancellationToken.None);
            }

            if (!done.IsCancellationRequested)
            {
                var victim = killed % processes.Count;
                await EndAsync(processes[victim]);
                processes[victim] = Start(folder, storage, _endpoints[victim]);
                killed++;
            }
        }

        await Task.WhenAll(processes.Select(EndAsync));

        return killed;
    }

    private static Process Start(string folder, string[] storage, IPEndPoint endpoint) => Process.Start(new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "MailStats.Policy.dll"), "--urls", "http://127.0.0.1:0", .. storage,
            "--Policy:Listen:0", string.Create(CultureInfo.InvariantCulture, $"{endpoint}"), "--Logging:LogLevel:Default", "None",
        ])
        { WorkingDirectory = folder })!;

    private static async Task EndAsync(Process process)
    {
        using (process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    /// <summary>An MTA with a connection of its own, which is made anew when the process was killed.</summary>
    /// <param name="replica">Which of the processes it asks, counted round.</param>
    public Session Open(int replica = 0) => new(this, _endpoints[replica % _endpoints.Count]);

    private static async Task<PolicyClient?> TryConnectAsync(IPEndPoint endpoint)
    {
        try
        {
            return await PolicyClient.ConnectAsync(endpoint);
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

    internal sealed class Session(KilledPolicy policy, IPEndPoint endpoint) : IDisposable
    {
        private PolicyClient? _client;

        /// <param name="asked">Called before each time that the question is sent.</param>
        public async Task<string> AskAsync(string request, Action? asked = null)
        {
            while (true)
            {
                try
                {
                    _client ??= await Eventually.IsAsync(() => TryConnectAsync(endpoint), client => client is not null, "a service that listens");
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
