using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Brake;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores;
using MailStats.Stores.Brake;
using MailStats.Stores.Lists;
using MailStats.Stores.Statistics;
using MailStats.Stores.Upkeep;

namespace MailStats.Aggregator.Brake;

/// <summary>
/// Judges mailboxes by what their logs tell, in the time of the mail: imported history shows the stops that would have been
/// made, and tells nobody. What goes on now and was not asked of the policy service is stopped, or told, from here.
/// </summary>
internal sealed partial class BrakeWatch(
    IBrakeStore brakes, IStatisticsStore statistics, IDeliveryLog log, TimeProvider time, ILogger<BrakeWatch> logger) : Rounds(time, logger)
{
    private const int QuartersOfDay = 96;

    /// <summary>What was stopped longer ago is history.</summary>
    private static readonly TimeSpan Present = TimeSpan.FromHours(1);

    private readonly MailboxesToJudge _waiting = new();

    /// <summary>Notes down whose mail was applied.</summary>
    public void Add(IReadOnlyList<ClassifiedDelivery> deliveries)
    {
        foreach (var reported in deliveries.Select(one => one.Event))
        {
            if (Mailbox.Of(reported.HeaderFrom, reported.Sender) is { } mailbox)
            {
                _waiting.Add(
                    new(reported.TenantId, mailbox.Domain, mailbox.Address),
                    UnixTime.QuarterOf(reported.AcceptedAt < reported.OccurredAt ? reported.AcceptedAt.Value : reported.OccurredAt));
            }
        }
    }

    protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

    protected override string NotDone => "Mailboxes could not be judged";

    protected override async Task RoundAsync(CancellationToken stoppingToken)
    {
        while (_waiting.Due(Time.GetUtcNow()) is { Count: > 0 } due)
        {
            foreach (var (scope, first) in due)
            {
                await JudgeOneAsync(scope, first, stoppingToken);
            }
        }
    }

    private async Task JudgeOneAsync(StatisticsScope scope, long first, CancellationToken cancellationToken)
    {
        try
        {
            await JudgeAsync(scope, first, cancellationToken);
        }
        catch (StorageUnavailableException error)
        {
            LogNotJudged(Logger, error);
            _waiting.Add(scope, first);
        }
        catch (Exception defect) when (defect is not OperationCanceledException)
        {
            // It is judged again when it sends again; the others are now.
            LogDefect(Logger, scope.Mailbox, defect);
        }
    }

    private async Task JudgeAsync(StatisticsScope scope, long first, CancellationToken cancellationToken)
    {
        var settings = await brakes.SettingsAsync(scope.TenantId, cancellationToken);

        if (settings.Mode == BrakeMode.Off)
        {
            return;
        }

        // Habits are of ten weeks, and a stop may have begun a week before what moved.
        var from = first - ((BrakeRules.HabitDays + 8) * QuartersOfDay);
        var range = new TimeRange(UnixTime.StartOfQuarter(from), UnixTime.StartOfQuarter(UnixTime.QuarterOf(Time.GetUtcNow()) + QuartersOfDay));
        var buckets = await statistics.BucketsAsync(scope, range, cancellationToken);
        var quarters = buckets
            .Select(bucket => new MailboxQuarter(UnixTime.QuarterOf(bucket.Start), bucket.Counters.Recipients, bucket.Counters.HardBounces))
            .ToArray();
        var episodes = BrakeRules.Judge(quarters, settings.PerHour, out var isWorthALook);

        if (isWorthALook && await log.RecipientsAsync(scope, range, isHeldAsTyped: false, cancellationToken) is { } met)
        {
            episodes = BrakeRules.Judge(met.Tell(quarters), settings.PerHour);
        }

        var past = new List<StoredBrake>();

        foreach (var episode in episodes)
        {
            var brake = new StoredBrake(
                BrakeNotice.NameOf(scope.TenantId, scope.Mailbox!, episode.SinceQuarter),
                scope.TenantId,
                scope.Mailbox!,
                null,
                UnixTime.StartOfQuarter(episode.SinceQuarter),
                settings.Mode,
                episode.Cause,
                episode.LetThrough,
                episode.Refused,
                null,
                IsLive: false);

            if (Time.GetUtcNow() - UnixTime.StartOfQuarter(episode.EndQuarter) <= Present)
            {
                await HoldAsync(brake, episode, cancellationToken);
            }
            else if (episode.EndQuarter > first - (8 * QuartersOfDay))
            {
                past.Add(brake);
            }
        }

        await brakes.ReplaceAsync(
            scope.TenantId, scope.Mailbox!, UnixTime.StartOfQuarter(first - (8 * QuartersOfDay)), past, cancellationToken);
    }

    private async Task HoldAsync(StoredBrake brake, BrakeEpisode episode, CancellationToken cancellationToken)
    {
        var standing = await brakes.StandingAsync(brake.TenantId, brake.Mailbox, cancellationToken);

        // What went on before somebody said that it is right does not stop the mailbox again.
        if (!(standing.ReleasedAt >= UnixTime.StartOfQuarter(episode.StopQuarter)))
        {
            await brakes.StopAsync(brake with { IsLive = true }, tell: true, cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Mailboxes could not be judged now; they will be in the next round")]
    private static partial void LogNotJudged(ILogger logger, Exception error);

    [LoggerMessage(LogLevel.Error, "Mailbox {Mailbox} could not be judged: what is stored of it cannot be read. verify names the row")]
    private static partial void LogDefect(ILogger logger, string? mailbox, Exception defect);
}
