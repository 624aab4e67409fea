using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MailStats.Policy.Decisions;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Suppression;
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
    ISuppressionStore suppressions,
    PolicyFigures figures,
    TimeProvider time,
    ILoggerFactory loggers,
    ILogger<PolicyListener> logger) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    private readonly SocketTransportFactory _transport = new(
        Options.Create(new SocketTransportOptions { Backlog = 1024, UnsafePreferInlineScheduling = false }),
        loggers);

    private readonly List<Task> _accepting = [];
    private readonly OpenSessions _open = new(options.Value.MaxSessions, options.Value.MaxSessionsPerPeer);
    private readonly ConcurrentDictionary<OpenSession, Task> _sessions = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _opening = Task.CompletedTask;

    // Replaced, never changed: it is read while a late store is waited for.
    private volatile IReadOnlyList<IConnectionListener> _listeners = [];

    /// <summary>Where it listens, with the ports it got.</summary>
    public IReadOnlyList<EndPoint> Endpoints => [.. _listeners.Select(listener => listener.EndPoint)];

    /// <summary>Sessions that are open.</summary>
    public int Sessions => _open.Count;

    /// <summary>
    /// Opens nothing before the suppression list can be read: an MTA that cannot connect does what its own settings say of a
    /// policy service that is out of order, and nobody on the list passes as if the list were empty.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await HasListAsync(cancellationToken))
        {
            await OpenAsync(cancellationToken);
        }
        else
        {
            _opening = OpenLaterAsync();
        }
    }

    private async Task OpenLaterAsync()
    {
        try
        {
            while (!await HasListAsync(_stopping.Token) || !await TryOpenAsync(_stopping.Token))
            {
                await Task.Delay(BetweenTries, time, _stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The process ends before the store came back.
        }
    }

    private async Task<bool> HasListAsync(CancellationToken cancellationToken)
    {
        try
        {
            await suppressions.FindAsync(options.Value.DefaultTenant, null, "nobody@invalid", cancellationToken);

            return true;
        }
        catch (StorageUnavailableException error)
        {
            LogNoList(logger, error);

            return false;
        }
    }

    /// <summary>An address that is taken while the process runs may be free a moment later.</summary>
    private async Task<bool> TryOpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await OpenAsync(cancellationToken);

            return true;
        }
        catch (CannotListenException refused)
        {
            LogNotListening(logger, refused.Message);

            return false;
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        foreach (var (setting, text) in options.Value.Listen.Select(text => (nameof(PolicyOptions.Listen), text))
            .Concat(options.Value.ListenOnce.Select(text => (nameof(PolicyOptions.ListenOnce), text)))
            .Skip(_listeners.Count))
        {
            var listener = await BindAsync($"Policy:{setting}", text, cancellationToken);
            _listeners = [.. _listeners, listener];
            _accepting.Add(AcceptAsync(listener, setting == nameof(PolicyOptions.ListenOnce)));
            LogListening(logger, listener.EndPoint);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_opening.IsCompleted)
        {
            await _stopping.CancelAsync();
            await _opening.WaitAsync(cancellationToken);
        }

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

    private async Task<IConnectionListener> BindAsync(string setting, string text, CancellationToken cancellationToken)
    {
        if (!PolicyEndpoint.TryParse(text, out var endpoint))
        {
            throw new FormatException($"'{text}' is neither address:port nor unix:/path");
        }

        var listener = await _transport.ListenAsync(setting, endpoint, cancellationToken);

        if (endpoint is UnixDomainSocketEndPoint && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(endpoint.ToString()!, (UnixFileMode)Convert.ToInt32(options.Value.SocketMode, 8));
        }

        return listener;
    }

    private async Task AcceptAsync(IConnectionListener listener, bool once)
    {
        // Ends with null when the listener is unbound.
        while (await listener.AcceptAsync(CancellationToken.None) is { } connection)
        {
            var session = new OpenSession(OpenSessions.PeerOf(connection.RemoteEndPoint), () => connection.Abort(new("Its place was needed.")));

            if (!_open.TryAdd(session, out var replaced))
            {
                // Every session waits for its answer, each no longer than a decision may take. An MTA connects to ask.
                figures.Missed();
                LogFull(logger, session.Peer, options.Value.MaxSessions, options.Value.MaxSessionsPerPeer);
                connection.Abort(new("There is no room."));
                await connection.DisposeAsync();

                continue;
            }

            if (replaced is not null)
            {
                LogReplaced(logger, replaced.Peer);
                replaced.Close();
            }

            // Added before it runs, so that it always finds itself to remove.
            var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _sessions[session] = ServeAsync(start.Task, connection, session, once);
            start.SetResult();
        }
    }

    private async Task ServeAsync(Task start, ConnectionContext connection, OpenSession session, bool once)
    {
        await start;

        try
        {
            await services.GetRequiredService<PolicySession>().RunAsync(
                connection.Transport, once, new(() => _open.Asks(session), () => _open.IsSilent(session)), _stopping.Token);
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
            await CloseAsync(connection);
            _open.Remove(session);
            _sessions.TryRemove(session, out _);
        }
    }

    /// <summary>Closing waits until the peer has taken the last answer; one that does not read is cut off.</summary>
    private async Task CloseAsync(ConnectionContext connection)
    {
        using var patience = new CancellationTokenSource(PolicySession.PatienceFor(options.Value, _stopping.Token), time);
        await using var cut = patience.Token.Register(() => connection.Abort(new("The peer does not read.")));
        using var hurry = _stopping.Token.Register(() => patience.CancelAfter(PolicySession.Hurry));
        await connection.DisposeAsync();
    }

    [LoggerMessage(LogLevel.Warning, "MTAs cannot ask yet: the suppression list cannot be read")]
    private static partial void LogNoList(ILogger logger, Exception error);

    [LoggerMessage(LogLevel.Error, "MTAs cannot ask yet: {Refusal}")]
    private static partial void LogNotListening(ILogger logger, string refusal);

    [LoggerMessage(LogLevel.Information, "MTAs may ask for policy at {Endpoint}")]
    private static partial void LogListening(ILogger logger, EndPoint endpoint);

    [LoggerMessage(LogLevel.Warning, "A new MTA session of {Peer} was closed: all of {MaxSessions}, or of its {MaxSessionsPerPeer}, wait for answers")]
    private static partial void LogFull(ILogger logger, string peer, int maxSessions, int maxSessionsPerPeer);

    [LoggerMessage(LogLevel.Debug, "A silent MTA session of {Peer} was closed: its place was needed")]
    private static partial void LogReplaced(ILogger logger, string peer);

    [LoggerMessage(LogLevel.Debug, "An MTA dropped its connection")]
    private static partial void LogReset(ILogger logger);

    [LoggerMessage(LogLevel.Error, "A policy session failed")]
    private static partial void LogDefect(ILogger logger, Exception defect);
}
