using MailStats.Mail.Brake;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Brake;

namespace MailStats.Policy.Decisions;

/// <summary>
/// Stops a mailbox that suddenly sends unlike itself, for itself alone and until somebody releases it. A stop is noted down
/// before it is answered, so every replica keeps to it.
/// </summary>
internal sealed class BrakePolicy(IBrakeStore brakes, MailboxCounts counts, MailboxNetworks networks, PolicyFigures figures)
{
    /// <summary>The reply for a stopped mailbox; null where it may send.</summary>
    public async ValueTask<string?> RefuseAsync(StatisticsScope scope, SubmittedMessage message, CancellationToken cancellationToken)
    {
        if (scope.Mailbox is not { } mailbox)
        {
            return null;
        }

        var (settings, open, releasedAt) = await brakes.StandingAsync(scope.TenantId, mailbox, cancellationToken);

        if (settings.Mode == BrakeMode.Off)
        {
            return null;
        }

        if (open is not null && settings.Mode == BrakeMode.Enforce)
        {
            figures.Stopped(scope.TenantId);

            return RefusalText.OfStopped(mailbox, open.Cause);
        }

        // At the end of a message those are named again whom it was asked about before.
        if (message.Stage == PolicyStage.Advisory)
        {
            counts.Name(scope, message);
        }

        var (window, limits) = await counts.WithAsync(scope, releasedAt, message.Recipients, cancellationToken);

        var fromNew = await networks.FromNewAsync(scope, message, releasedAt, cancellationToken);

        if ((NewNetworkRules.FindStop(fromNew, limits) ?? BrakeRules.FindStop(window, limits, settings.PerHour)) is not { } stop)
        {
            return null;
        }

        var brake = new StoredBrake(
            BrakeNotice.NameOf(scope.TenantId, mailbox, stop.SinceQuarter),
            scope.TenantId,
            mailbox,
            message.Login.Length > 0 ? message.Login : null,
            UnixTime.StartOfQuarter(stop.SinceQuarter),
            settings.Mode,
            stop.Cause,
            stop.LetThrough + stop.Refused - message.Recipients,
            message.Recipients,
            null,
            IsLive: true);
        await brakes.StopAsync(brake, tell: true, cancellationToken);

        if (settings.Mode == BrakeMode.Enforce)
        {
            figures.Stopped(scope.TenantId);

            return RefusalText.OfStopped(mailbox, stop.Cause);
        }

        figures.WouldStop(scope.TenantId);

        return null;
    }

    /// <summary>A message was let through: it counts at once, before any log tells of it.</summary>
    public void LetThrough(in StatisticsScope scope, int recipients)
    {
        if (scope.Mailbox is not null)
        {
            counts.Add(scope, recipients);
        }
    }

    /// <summary>The same for a message of which it is known where it comes from.</summary>
    public ValueTask LetThroughAsync(StatisticsScope scope, SubmittedMessage message, CancellationToken cancellationToken)
    {
        LetThrough(scope, message.Recipients);

        return networks.LetThroughAsync(scope, message, cancellationToken);
    }
}
