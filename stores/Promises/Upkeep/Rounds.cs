using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MailStats.Stores.Upkeep;

/// <summary>
/// Work that is done again and again as long as the process runs. A round that fails is told and begun again at the next turn, after a
/// defect or over a damaged row later and later, up to a minute: it never ends the process, and what the other parts do goes on.
/// </summary>
public abstract partial class Rounds(TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    protected TimeProvider Time { get; } = time;

    protected ILogger Logger { get; } = logger;

    /// <summary>Between two rounds.</summary>
    protected abstract TimeSpan Interval { get; }

    /// <summary>Whether the first round is done at the start, and not after the first interval.</summary>
    protected virtual bool AtOnce => false;

    /// <summary>What a failed round has not done, as the log says it: <c>Old rows could not be removed</c>.</summary>
    protected abstract string NotDone { get; }

    protected abstract Task RoundAsync(CancellationToken stoppingToken);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await GoRoundAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends, orderly or by disposing of its host.
        }
    }

    private async Task GoRoundAsync(CancellationToken stoppingToken)
    {
        var pause = Interval;

        if (!AtOnce)
        {
            await Task.Delay(pause, Time, stoppingToken);
        }

        while (true)
        {
            try
            {
                await RoundAsync(stoppingToken);
                pause = Interval;
            }
            catch (StorageUnavailableException error)
            {
                LogAway(Logger, NotDone, error);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                pause = pause >= LongestPause ? pause : pause * 2;
                LogFailed(Logger, NotDone, pause, error);
            }

            await Task.Delay(pause, Time, stoppingToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{NotDone}: the store is away; the next round tries again")]
    private static partial void LogAway(ILogger logger, string notDone, Exception error);

    [LoggerMessage(LogLevel.Error, "{NotDone}; tried again in {Pause}. Where a stored row cannot be read, verify names it, and verify --repair mends it")]
    private static partial void LogFailed(ILogger logger, string notDone, TimeSpan pause, Exception error);
}
