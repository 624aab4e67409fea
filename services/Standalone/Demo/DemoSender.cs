using Microsoft.AspNetCore.Hosting.Server;

namespace MailStats.Standalone.Demo;

/// <summary>Feeds this process with the demo's traffic, over HTTP as everybody else.</summary>
internal sealed partial class DemoSender(
    DemoFeed feed,
    DemoTenant tenant,
    IServer server,
    IHostApplicationLifetime lifetime,
    ILogger<DemoSender> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(ready.SetResult);
        await ready.Task.WaitAsync(stoppingToken);

        await feed.RunAsync(OwnAddresses.Of(server).All[0], tenant.Key, LookAtQuotaAsync, stoppingToken);
    }

    private async Task LookAtQuotaAsync(CancellationToken stoppingToken)
    {
        try
        {
            await tenant.KeepOrangeAsync(stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A store that is away for a while must not end the process over a demo: the next look is a minute off.
            LogQuotaLookFailed(logger, exception);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The demo's quota could not be looked at")]
    private static partial void LogQuotaLookFailed(ILogger logger, Exception exception);
}
