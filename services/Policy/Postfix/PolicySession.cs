using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using MailStats.Policy.Decisions;
using Microsoft.AspNetCore.Connections;
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
    /// <summary>When the process stops: an answer is taken within milliseconds, or the peer does not read.</summary>
    public static readonly TimeSpan Hurry = TimeSpan.FromSeconds(1);

    /// <summary>How long a peer is given to take what was written.</summary>
    public static TimeSpan PatienceFor(PolicyOptions options, CancellationToken stopping) =>
        stopping.IsCancellationRequested && options.WriteTimeout > Hurry ? Hurry : options.WriteTimeout;

    /// <param name="pipe">The connection.</param>
    /// <param name="once">True to close after the first answer.</param>
    /// <param name="place">Told when a question has come and when it is answered.</param>
    /// <param name="stopping">Ends the session before the next question; an answer that has begun is still given.</param>
    public async Task RunAsync(IDuplexPipe pipe, bool once, SessionPlace place, CancellationToken stopping)
    {
        var (asked, reading) = (false, true);
        using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping);

        try
        {
            while (await ReadAsync(pipe.Input, asked, patience, ended.Token) is { } request)
            {
                place.Asks();

                if (await AnswerAsync(request) is not { } answer)
                {
                    return;
                }

                reading = false;
                await WriteAsync(pipe.Output, answer, patience, stopping);
                place.IsSilent();
                (asked, reading) = (true, true);

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
        catch (Exception lost) when (!reading && lost is OperationCanceledException or ConnectionAbortedException or ConnectionResetException)
        {
            figures.Missed();
            LogNotTaken(logger);
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

    private async ValueTask WriteAsync(PipeWriter output, string answer, CancellationTokenSource patience, CancellationToken stopping)
    {
        using var hurry = stopping.Register(() => patience.CancelAfter(Hurry));
        patience.CancelAfter(PatienceFor(options.Value, stopping));

        if ((await output.WriteAsync(Encoding.UTF8.GetBytes(answer), patience.Token)).IsCompleted)
        {
            throw new ConnectionAbortedException("The peer is gone.");
        }

        patience.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    /// <summary>The next question; null when the MTA has closed its side.</summary>
    private async ValueTask<PolicyRequest?> ReadAsync(PipeReader input, bool asked, CancellationTokenSource patience, CancellationToken cancellationToken)
    {
        patience.CancelAfter(asked ? options.Value.IdleTimeout : options.Value.RequestTimeout);

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

    [LoggerMessage(LogLevel.Warning, "An MTA did not take the answer to its question and was disconnected")]
    private static partial void LogNotTaken(ILogger logger);

    [LoggerMessage(LogLevel.Debug, "An MTA session was silent for too long and was closed")]
    private static partial void LogSilent(ILogger logger);
}

/// <summary>What a session tells those who share the places with it.</summary>
/// <param name="Asks">A question has come.</param>
/// <param name="IsSilent">It is answered.</param>
internal readonly record struct SessionPlace(Action Asks, Action IsSilent);
