using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace MailStats.Policy.Postfix;

/// <summary>
/// Serves policy sessions on every endpoint of the settings, over Kestrel's socket transport but apart from its HTTP
/// endpoints, so that <c>--urls</c> keeps its meaning.
/// </summary>
internal sealed partial class PolicyListener(
    IServiceProvider services,
    IOptions<PolicyOptions> options,
    ILoggerFactory loggers,
    ILogger<PolicyListener> logger) : IHostedService, IAsyncDisposable
{
    private readonly SocketTransportFactory _transport = new(
        Options.Create(new SocketTransportOptions { Backlog = 1024, UnsafePreferInlineScheduling = false }),
        loggers);

    private readonly List<IConnectionListener> _listeners = [];
    private readonly List<Task> _accepting = [];
    private readonly ConcurrentDictionary<ConnectionContext, Task> _sessions = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Where it listens, with the ports it got.</summary>
    public IReadOnlyList<EndPoint> Endpoints => [.. _listeners.Select(listener => listener.EndPoint)];

    /// <summary>Sessions that are open.</summary>
    public int Sessions => _sessions.Count;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (text, once) in options.Value.Listen.Select(text => (text, false)).Concat(options.Value.ListenOnce.Select(text => (text, true))))
        {
            var listener = await BindAsync(text, cancellationToken);
            _listeners.Add(listener);
            _accepting.Add(AcceptAsync(listener, once));
            LogListening(logger, listener.EndPoint);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var listener in _listeners)
        {
            await listener.UnbindAsync(cancellationToken);
        }

        await _stopping.CancelAsync();
        await Task.WhenAll([.. _accepting, .. _sessions.Values]).WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners)
        {
            await listener.DisposeAsync();
        }

        _stopping.Dispose();
    }

    private async Task<IConnectionListener> BindAsync(string text, CancellationToken cancellationToken)
    {
        if (!PolicyEndpoint.TryParse(text, out var endpoint))
        {
            throw new FormatException($"'{text}' is neither address:port nor unix:/path");
        }

        if (endpoint is not UnixDomainSocketEndPoint unix)
        {
            return await _transport.BindAsync(endpoint, cancellationToken);
        }

        var path = unix.ToString();
        await PolicyEndpoint.RemoveStaleSocketAsync(unix, path, cancellationToken);
        var listener = await _transport.BindAsync(unix, cancellationToken);

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(options.Value.SocketMode, 8));
        }

        return listener;
    }

    private async Task AcceptAsync(IConnectionListener listener, bool once)
    {
        // Ends with null when the listener is unbound.
        while (await listener.AcceptAsync(CancellationToken.None) is { } connection)
        {
            if (_sessions.Count >= options.Value.MaxSessions)
            {
                LogFull(logger, options.Value.MaxSessions);
                await connection.DisposeAsync();

                continue;
            }

            // Added before it runs, so that it always finds itself to remove.
            var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _sessions[connection] = ServeAsync(start.Task, connection, once);
            start.SetResult();
        }
    }

    private async Task ServeAsync(Task start, ConnectionContext connection, bool once)
    {
        await start;

        try
        {
            await services.GetRequiredService<PolicySession>().RunAsync(connection.Transport, once, _stopping.Token);
        }
        catch (Exception reset) when (reset is ConnectionResetException or ConnectionAbortedException or SocketException)
        {
            LogReset(logger);
        }
#pragma warning disable CA1031 // One session's defect must not end the others.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            LogDefect(logger, defect);
        }
        finally
        {
            await connection.DisposeAsync();
            _sessions.TryRemove(connection, out _);
        }
    }

    [LoggerMessage(LogLevel.Information, "MTAs may ask for policy at {Endpoint}")]
    private static partial void LogListening(ILogger logger, EndPoint endpoint);

    [LoggerMessage(LogLevel.Warning, "More than {MaxSessions} MTA sessions: a new one was closed")]
    private static partial void LogFull(ILogger logger, int maxSessions);

    [LoggerMessage(LogLevel.Debug, "An MTA dropped its connection")]
    private static partial void LogReset(ILogger logger);

    [LoggerMessage(LogLevel.Error, "A policy session failed")]
    private static partial void LogDefect(ILogger logger, Exception defect);
}
