using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using MailStats.Ingest.Events;
using MailStats.Ingest.Reports;
using MailStats.Ingest.Webhooks;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Webhooks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace MailStats.Ingest.Lmtp;

/// <summary>
/// Serves LMTP where the settings say, so that a mail server of the same machine can hand over what comes back. Off by default.
/// </summary>
internal sealed partial class LmtpListener(
    IWebhookSourceStore sources, ReportMatcher matcher, Intake intake, WebhookSeen seen, IOptions<IngestOptions> options, TimeProvider time,
    ILoggerFactory loggers, ILogger<LmtpListener> logger) : IHostedService, IAsyncDisposable
{
    /// <summary>Sessions at once. Postfix opens 20 to one destination; further ones are closed, and it comes again.</summary>
    public const int MaxSessions = 20;

    /// <summary>A session that takes longer is cut: RFC 5321 §4.5.3.2 gives the data ten minutes.</summary>
    private static readonly TimeSpan LongestSession = TimeSpan.FromMinutes(15);

    /// <summary>How long a peer is given to take the last answer, and the whole session once the process is told to stop.</summary>
    private static readonly TimeSpan Hurry = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ConnectionContext, Task> _sessions = new();
    private readonly CancellationTokenSource _stopping = new();
    private IConnectionListener? _listener;
    private Task _accepting = Task.CompletedTask;

    /// <summary>Where it listens, with the port it got; null while it is off.</summary>
    public EndPoint? Endpoint => _listener?.EndPoint;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.LmtpListen is not { Length: > 0 } text || LmtpEndpoint.Read(text) is not { } endpoint)
        {
            return;
        }

        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions { Backlog = 64 }), loggers);
        _listener = await transport.ListenAsync("Ingest:LmtpListen", endpoint, cancellationToken);
        _accepting = AcceptAsync(_listener);
        LogListening(logger, _listener.EndPoint);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_listener is not null)
        {
            await _listener.UnbindAsync(cancellationToken);
        }

        await _stopping.CancelAsync();
        await Task.WhenAll([_accepting, .. _sessions.Values]).WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_listener is not null)
        {
            await _listener.DisposeAsync();
        }

        _stopping.Dispose();
    }

    private async Task AcceptAsync(IConnectionListener listener)
    {
        // Ends with null when the listener is unbound.
        while (await listener.AcceptAsync(CancellationToken.None) is { } connection)
        {
            if (_sessions.Count >= MaxSessions)
            {
                LogFull(logger, MaxSessions);
                connection.Abort(new("There is no room."));
                await connection.DisposeAsync();

                continue;
            }

            // Added before it runs, so that it always finds itself to remove.
            var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _sessions[connection] = ServeAsync(start.Task, connection);
            start.SetResult();
        }
    }

    private async Task ServeAsync(Task start, ConnectionContext connection)
    {
        await start;
        using var patience = new CancellationTokenSource(LongestSession, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stopping.Token);

        try
        {
            await new LmtpSession(connection.Transport, FindSourceAsync, TakeAsync).RunAsync(either.Token);
        }
        catch (Exception gone) when (
            gone is ConnectionResetException or ConnectionAbortedException or SocketException or IOException or OperationCanceledException)
        {
            LogGone(logger);
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
            _sessions.TryRemove(connection, out _);
        }
    }

    /// <summary>Closing waits until the peer has taken the last answer; one that does not read is cut off.</summary>
    private async Task CloseAsync(ConnectionContext connection)
    {
        using var patience = new CancellationTokenSource(Hurry, time);
        await using var cut = patience.Token.Register(() => connection.Abort(new("The peer does not read.")));
        await connection.DisposeAsync();
    }

    /// <summary>The source whose id stands in the address (<c>wh_…@…</c>, <c>reports+wh_…@…</c>), else the one of the settings.</summary>
    private async Task<string?> FindSourceAsync(string recipient, CancellationToken cancellationToken)
    {
        var id = SourceId().Match(recipient) is { Success: true } found ? found.Value : options.Value.LmtpSource;

        return id is { Length: > 0 } && await sources.FindAsync(id, cancellationToken) is { Provider: MailReports.ProviderName } ? id : null;
    }

    private async Task<string> TakeAsync(string sourceId, string recipient, ReadOnlyMemory<byte> mail, CancellationToken cancellationToken)
    {
        try
        {
            if (await sources.FindAsync(sourceId, cancellationToken) is not { } source)
            {
                return "550 5.1.1 The source has been removed";
            }

            var report = ReportReader.Read(mail, recipient);

            if (report.Refusal is { } why)
            {
                seen.Refused(source, "body", $"The message {why}.");

                return $"554 5.6.0 The message {why}";
            }

            var maker = new EventMaker(time.GetUtcNow(), leavesOut: true);

            foreach (var (index, fate) in report.Fates.Index())
            {
                var submitted = await matcher.MatchAsync(
                    fate, report.Id, source.TenantId, $"{MailReports.ProviderName}/{source.Name}", time.GetUtcNow(), cancellationToken);
                maker.Add(new(index, null, submitted), source.TenantId, source.Sender);
            }

            var outcome = maker.Events.Count == 0 ? IntakeOutcome.Taken : await intake.TakeAsync(maker.Events, cancellationToken);

            if (outcome is not IntakeOutcome.Taken)
            {
                seen.Refused(source, "busy", "The events could not be taken now; the mail server was told to send again.");

                return "451 4.3.0 Not now: try again";
            }

            seen.Taken(source, maker);

            return $"250 2.0.0 {maker.Events.Count} events taken";
        }
        catch (StorageUnavailableException)
        {
            return "451 4.3.0 The store is away: try again";
        }
    }

    [GeneratedRegex(@"wh_[A-Za-z0-9_\-]{32}", RegexOptions.None, 1000)]
    private static partial Regex SourceId();

    [LoggerMessage(LogLevel.Information, "Mail that comes back is taken over LMTP at {Endpoint}")]
    private static partial void LogListening(ILogger logger, EndPoint endpoint);

    [LoggerMessage(LogLevel.Warning, "An LMTP session was closed: {MaxSessions} are open")]
    private static partial void LogFull(ILogger logger, int maxSessions);

    [LoggerMessage(LogLevel.Debug, "An LMTP session ended early")]
    private static partial void LogGone(ILogger logger);

    [LoggerMessage(LogLevel.Error, "An LMTP session failed")]
    private static partial void LogDefect(ILogger logger, Exception defect);
}
