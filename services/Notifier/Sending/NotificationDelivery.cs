using System.Diagnostics;
using System.Text.Json;
using MailStats.Stores.Notifications;
using Microsoft.Extensions.Options;

namespace MailStats.Notifier.Sending;

/// <summary>One attempt at telling a target, in bounded time.</summary>
internal sealed class NotificationDelivery(WebhookSender webhooks, MailSender mail, IOptions<NotifierOptions> options, TimeProvider time)
{
    public async Task<NotificationAttempt> TryAsync(NotificationTarget target, Notice notice, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var started = time.GetTimestamp();
        using var patience = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);

        try
        {
            var (status, error) = target.Kind switch
            {
                NotificationKind.Webhook => await webhooks.SendAsync(target, notice, either.Token),
                NotificationKind.Mail => await mail.SendAsync(target, notice, either.Token),
                _ => throw new UnreachableException($"kind {target.Kind}"),
            };

            return new(at, error is null, status, error, time.GetElapsedTime(started));
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return new(at, false, null, $"no answer within {options.Value.Timeout.TotalSeconds} s", time.GetElapsedTime(started));
        }
        catch (JsonException)
        {
            // An attempt like any other: it is shown, and given up when its time is over.
            return new(at, false, null, "the stored notice cannot be read", time.GetElapsedTime(started));
        }
    }
}
