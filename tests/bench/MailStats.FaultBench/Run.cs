using MailStats.FaultBench.Faults;

namespace MailStats.FaultBench;

/// <summary>Sends a fault's traffic, lets the fault strike, waits for calm, and looks at what is left.</summary>
internal sealed class Run(Pipeline pipeline, int messages, double eventsPerSecond)
{
    private const int EventsPerRequest = 100;

    /// <summary>MongoDB ends the transaction of a process that was killed after a minute; what waited for it comes again after that.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(2);

    public async Task<Outcome> OfAsync(Fault fault, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var traffic = Traffic.Make(fault.Name, messages, time.GetUtcNow());
        var key = await pipeline.MakeTenantAsync(fault.Name, cancellationToken);
        using var sender = new Sender(pipeline.IngestAddresses, key, eventsPerSecond / EventsPerRequest);

        var before = fault.KeepsProcesses ? pipeline.Used() : [];

        var sending = sender.SendAsync(traffic, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(traffic.Events / eventsPerSecond / 3), time, cancellationToken);
        await fault.StrikeAsync(pipeline, cancellationToken);
        await sending;

        var sent = time.GetTimestamp();
        var applied = await UntilCalmAsync(traffic, fault, key, cancellationToken);
        var recovery = time.GetElapsedTime(sent);
        var after = fault.KeepsProcesses ? pipeline.Used() : [];
        var errors = await ErrorsAsync(cancellationToken);
        var (differences, examples) = await pipeline.DifferencesAsync(cancellationToken);

        return new Outcome
        {
            Fault = fault,
            Traffic = traffic,
            Requests = sender.Requests,
            Unanswered = sender.Unanswered,
            Accepted = sender.Accepted,
            AcceptedAgain = sender.AcceptedAgain,
            Rejected = sender.Rejected,
            Applied = applied,
            Recovery = recovery,
            Differences = differences,
            Examples = examples,
            Errors = errors,
            Used = after.ToDictionary(process => process.Key, process => process.Value - before[process.Key]),
        };
    }

    /// <summary>Until the numbers are the true ones and no queue holds anything; stays a while longer, so that one too many would show.</summary>
    private async Task<Totals?> UntilCalmAsync(Traffic traffic, Fault fault, string key, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var began = time.GetTimestamp();

        while (time.GetElapsedTime(began) < Patience)
        {
            if (await pipeline.OverviewAsync(key, cancellationToken) == traffic.Truth && await AreQueuesEmptyAsync(fault, cancellationToken))
            {
                break;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), time, cancellationToken);
        }

        await Task.Delay(Calm, time, cancellationToken);

        return await pipeline.OverviewAsync(key, cancellationToken);
    }

    /// <summary>All but the error queue that the fault fills: the broker counts every few seconds, so calm can be seen before it.</summary>
    private async Task<bool> AreQueuesEmptyAsync(Fault fault, CancellationToken cancellationToken) =>
        await pipeline.QueuesAsync(cancellationToken) is { } queues
        && queues.Where(queue => !IsErrorQueue(queue.Key)).All(queue => queue.Value == 0)
        && (fault.ErrorQueue is not { } filled || (queues.TryGetValue(filled, out var messages) && messages > 0));

    /// <summary>What lies in error queues; taken out, so that the next fault begins with none.</summary>
    private async Task<List<(string Queue, long Messages, string Reason)>> ErrorsAsync(CancellationToken cancellationToken)
    {
        var errors = new List<(string, long, string)>();

        foreach (var (queue, messages) in await pipeline.QueuesAsync(cancellationToken) ?? new Dictionary<string, long>())
        {
            if (IsErrorQueue(queue) && messages > 0)
            {
                errors.Add((queue, messages, await pipeline.Management[0].FaultOfAsync(queue, cancellationToken) ?? "empty"));
                await pipeline.Management[0].PurgeAsync(queue, cancellationToken);
            }
        }

        return errors;
    }

    private static bool IsErrorQueue(string name) => name.EndsWith("_error", StringComparison.Ordinal) || name.EndsWith("_skipped", StringComparison.Ordinal);
}
