using MailStats.Mail.Statistics;
using MailStats.Mail.Suppression;
using MailStats.Stores.Suppression;

namespace MailStats.Policy.Decisions;

/// <summary>
/// Refuses recipients that are on the suppression list. Each is looked up in the store at each question: what was committed
/// before the question is in the answer, whichever process did it (decision 24).
/// </summary>
internal sealed class SuppressionPolicy(ISuppressionStore suppressions, RefusalTrail trail, PolicyFigures figures)
{
    /// <summary>The reply for the first of the message's named recipients that is refused; null where all may pass.</summary>
    public async ValueTask<string?> RefuseAsync(StatisticsScope scope, SubmittedMessage message, PolicyContext? context, CancellationToken cancellationToken)
    {
        foreach (var recipient in message.NamedRecipients)
        {
            var (mode, entry) = await suppressions.FindAsync(
                scope.TenantId, scope.Domain, SuppressedAddress.Read(recipient, out _) ?? recipient, cancellationToken);

            if (entry is null)
            {
                continue;
            }

            if (mode == SuppressionMode.Enforce)
            {
                var refusal = RefusalText.Of(recipient, entry);
                figures.Suppressed(scope.TenantId);
                trail.Add(scope, message, recipient, refusal, context?.Host);

                return refusal;
            }

            // Asked at the end of the message as well: there it was counted already.
            if (message.Stage == PolicyStage.Advisory)
            {
                figures.WouldSuppress(scope.TenantId);
            }
        }

        return null;
    }
}
