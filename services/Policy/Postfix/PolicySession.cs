using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using MailStats.Policy.Decisions;
using Microsoft.Extensions.Options;

namespace MailStats.Policy.Postfix;

/// <summary>
/// One connection of an MTA: question, answer, question, … until the MTA closes its side. On trouble it sends nothing and
/// disconnects: Postfix asks once more and then does what its <c>default_action</c> says.
/// </summary>
internal sealed partial class PolicySession(
    MessageDecision decision,
    PolicyFigures figures,
    IOptions<PolicyOptions> options,
    TimeProvider time,
    ILogger<PolicySession> logger)
{
    /// <param name="pipe">The connection.</param>
    /// <param name="once">True to close after the first answer.</param>
    /// <param name="stopping">Ends the session before the next question; an answer that has begun is still given.</param>
    public async Task RunAsync(IDuplexPipe pipe, bool once, CancellationToken stopping)
    {
        using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping);

        try
        {
            while (await ReadAsync(pipe.Input, patience, ended.Token) is { } request)
            {
                if (await AnswerAsync(request) is not { } answer)
                {
                    return;
                }

                await pipe.Output.WriteAsync(Encoding.UTF8.GetBytes(answer), CancellationToken.None);

                if (once)
                {
                    return;
                }
            }
        }
        catch (MalformedRequestException wrong)
        {
            figures.Malformed();
            LogMalformed(logger, wrong.Message);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            LogSilent(logger);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The process stops; the MTA connects anew.
        }
    }

    /// <summary>The next question; null when the MTA has closed its side.</summary>
    private async ValueTask<PolicyRequest?> ReadAsync(PipeReader input, CancellationTokenSource patience, CancellationToken cancellationToken)
    {
        patience.CancelAfter(options.Value.IdleTimeout);

        for (var begun = false; ;)
        {
            var read = await input.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            var whole = PolicyRequest.TryRead(ref buffer, out var request);
            input.AdvanceTo(buffer.Start, whole ? buffer.Start : buffer.End);

            if (whole)
            {
                patience.CancelAfter(Timeout.InfiniteTimeSpan);

                return request;
            }

            if (read.IsCompleted)
            {
                return buffer.IsEmpty ? null : throw new MalformedRequestException("ended in the middle");
            }

            if (!begun && !buffer.IsEmpty)
            {
                begun = true;
                patience.CancelAfter(options.Value.RequestTimeout);
            }
        }
    }

    /// <summary>The answer; null to disconnect without one.</summary>
    private async ValueTask<string?> AnswerAsync(PolicyRequest request)
    {
        var message = PolicyQuestion.Read(request);

        return await decision.TryDecideAsync(message) switch
        {
            { } verdict => PolicyQuestion.Answer(verdict),
            null when options.Value.OnTrouble == TroubleAnswer.Allow => PolicyQuestion.Answer(Verdict.Pass),
            null when options.Value.OnTrouble == TroubleAnswer.Defer => PolicyQuestion.Action(MessageDecision.TroubleReply),
            null => null,
        };
    }

    [LoggerMessage(LogLevel.Warning, "An MTA sent a policy request that is wrong and was disconnected: {Cause}")]
    private static partial void LogMalformed(ILogger logger, string cause);

    [LoggerMessage(LogLevel.Debug, "An MTA session was silent for too long and was closed")]
    private static partial void LogSilent(ILogger logger);
}
