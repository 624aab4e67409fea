using Microsoft.Extensions.Options;

namespace MailStats.Policy.Decisions;

/// <summary>A decision in bounded time: trouble becomes a counted miss, never a wrong answer.</summary>
internal sealed partial class MessageDecision(
    QuotaPolicy policy,
    PolicyFigures figures,
    IOptions<PolicyOptions> options,
    TimeProvider time,
    ILogger<MessageDecision> logger)
{
    /// <summary>What Postfix itself says by default when its policy server is out of order.</summary>
    public const string TroubleReply = "451 4.3.5 The sending quota cannot be checked, try again later";

    /// <summary>Null when no decision could be made.</summary>
    public async ValueTask<Verdict?> TryDecideAsync(SubmittedMessage message)
    {
        using var patience = new CancellationTokenSource(options.Value.DecisionTimeout, time);

        try
        {
            // Not only told to stop but waited for no longer: a store may be deaf in the middle of its work. What it still does
            // then stands under the message's key, so the MTA's second question finds it.
            return await policy.DecideAsync(message, patience.Token).AsTask().WaitAsync(patience.Token);
        }
        catch (MalformedMessageException wrong)
        {
            figures.Malformed();
            LogContradiction(logger, wrong.Message);

            return null;
        }
#pragma warning disable CA1031 // Whatever keeps the store from answering: the MTA must hear of it, and the process lives on.
        catch (Exception trouble)
#pragma warning restore CA1031
        {
            figures.Missed();
            LogMissed(logger, trouble);

            return null;
        }
    }

    [LoggerMessage(LogLevel.Error, "A policy request got no decision")]
    private static partial void LogMissed(ILogger logger, Exception trouble);

    [LoggerMessage(LogLevel.Warning, "A policy request contradicts an earlier one: {Cause}")]
    private static partial void LogContradiction(ILogger logger, string cause);
}
