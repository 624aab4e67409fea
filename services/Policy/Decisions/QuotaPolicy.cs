using MailStats.Mail.Addresses;
using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.Stores.Quotas;
using Microsoft.Extensions.Options;

namespace MailStats.Policy.Decisions;

/// <summary>
/// Decides whether a message may pass: whose it is, whether it is charged at all, whether somebody is on the suppression list,
/// whether its mailbox is stopped, and whether its recipients fit.
/// </summary>
internal sealed class QuotaPolicy(
    IQuotaStore quotas, IPolicyTestStore tests, SenderRegister senders, SuppressionPolicy suppression, BrakePolicy brake,
    IOptions<PolicyOptions> options, PolicyFigures figures)
{
    public async ValueTask<Verdict> DecideAsync(SubmittedMessage message, CancellationToken cancellationToken)
    {
        if (message.Stage != PolicyStage.Other && SelfTestAddress.TestOf(message.Recipient) is { } testId)
        {
            var queueId = message.QueueId.Length > 0 ? message.QueueId : null;
            await tests.ObserveAsync(testId, message.Stage == PolicyStage.Binding, queueId, cancellationToken);
        }

        var context = options.Value.Contexts.TryGetValue(message.Context, out var known) ? known : null;

        if (message.Stage == PolicyStage.Other || !IsCharged(message, context))
        {
            figures.Uncharged();

            return Verdict.Pass;
        }

        var account = await senders.FindAsync(message, context, cancellationToken);

        if (account is not { } scope)
        {
            figures.Uncharged();

            return Verdict.Pass;
        }

        // First who must not be written to at all: a quota that is used up comes back, and the sender tries again.
        if (await suppression.RefuseAsync(scope, message, context, cancellationToken) is { } refusal)
        {
            return new Verdict(refusal);
        }

        if (await brake.RefuseAsync(scope, message, cancellationToken) is { } stopped)
        {
            return new Verdict(stopped);
        }

        return message.Stage == PolicyStage.Advisory
            ? await AdviseAsync(scope, message.Recipients, cancellationToken)
            : await ReserveAsync(scope, message, context, cancellationToken);
    }

    /// <summary>Bounces have no sender, and mail that comes in from outside has no login: neither is anybody's quota.</summary>
    private static bool IsCharged(SubmittedMessage message, PolicyContext? context) =>
        message.Sender.Length > 0 && (message.Login.Length > 0 || context is { WithoutLogin: true });

    private async ValueTask<Verdict> AdviseAsync(StatisticsScope scope, int recipients, CancellationToken cancellationToken)
    {
        var standings = await quotas.StandingsAsync(scope, cancellationToken);
        var tight = standings.FirstOrDefault(standing => !standing.Fits(recipients));

        figures.Advised(scope.TenantId, refused: tight is not null);

        return tight is null ? Verdict.Pass : new Verdict(RefusalText.Of(tight, recipients));
    }

    private async ValueTask<Verdict> ReserveAsync(StatisticsScope scope, SubmittedMessage message, PolicyContext? context, CancellationToken cancellationToken)
    {
        var outcome = await quotas.ReserveAsync(
            new ReservationRequest
            {
                TenantId = scope.TenantId,
                Key = message.Key,
                Recipients = message.Recipients,
                Domain = scope.Domain,
                Mailbox = scope.Mailbox,
                QueueId = message.QueueId.Length > 0 ? message.QueueId : null,
                Host = context?.Host,
            },
            cancellationToken);

        figures.Decided(scope.TenantId, outcome.Result, message.Recipients);

        if (outcome.Result == ReservationResult.Granted)
        {
            await brake.LetThroughAsync(scope, message, cancellationToken);
        }

        return outcome.Result switch
        {
            ReservationResult.Refused => new Verdict(RefusalText.Of(outcome.Standing!, message.Recipients)),
            ReservationResult.Conflicting => throw new MalformedMessageException("the same instance was asked for another number of recipients"),
            _ => Verdict.Pass,
        };
    }
}

/// <summary>The MTA's question contradicts itself or an earlier one.</summary>
internal sealed class MalformedMessageException(string message) : Exception(message);
