using System.Diagnostics;
using System.Globalization;

namespace MailStats.PipelineBench;

/// <summary>
/// The same load for a long time over a real RabbitMQ, and whether memory, queues and lag stay as they are. A line each minute:
/// lag in ms from the sending of a request until <c>/v1/overview</c> shows it and all before it, messages in the broker's queues,
/// resident memory in MB.
/// </summary>
internal sealed class Soak(Programs programs, int eventsEachSecond)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Queue<(long Total, TimeSpan At)> _sent = new();
    private readonly List<Task> _requests = [];
    private readonly List<Minute> _minutes = [];
    private List<double> _delays = [];

    /// <returns>Whether every event was counted once, and everything was flat.</returns>
    public async Task<bool> RunAsync(int minutes)
    {
        using var load = new Load(programs.Ingest, programs.Query, programs.Key);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var requests = (long)eventsEachSecond * minutes * 60 / Load.EventsPerRequest;
        var report = Task.CompletedTask;
        var watch = Stopwatch.StartNew();
        Console.WriteLine("minute     events  lag p50   p99   waiting  memory");

        for (var begun = 0L; begun < requests || _sent.Count > 0;)
        {
            var due = Math.Min(requests, (long)(watch.Elapsed.TotalSeconds * eventsEachSecond / Load.EventsPerRequest));

            for (; begun < due; begun++)
            {
                _sent.Enqueue(((begun + 1) * Load.EventsPerRequest, watch.Elapsed));
                _requests.Add(load.SendAsync(load.Body((int)begun, Load.EventsPerRequest), Load.EventsPerRequest));
            }

            var shown = await load.RecipientsAsync();

            while (_sent.TryPeek(out var first) && first.Total <= shown)
            {
                _delays.Add((watch.Elapsed - _sent.Dequeue().At).TotalMilliseconds);
            }

            if (report.IsCompleted && watch.Elapsed >= Interval * (_minutes.Count + 1))
            {
                await report;
                // Beside the load: the broker takes a second or two to tell of its queues.
                report = ReportAsync(shown);
            }

            await ticks.WaitForNextTickAsync();
        }

        await report;
        await Task.WhenAll(_requests);
        var exactly = await load.RecipientsAsync() == load.Acknowledged;
        Console.WriteLine($"{load.Acknowledged:N0} events; exactly: {exactly}");

        return exactly & IsFlat();
    }

    private async Task ReportAsync(long shown)
    {
        foreach (var done in _requests.Where(request => request.IsCompleted).ToList())
        {
            await done;
            _requests.Remove(done);
        }

        var delays = _delays;
        _delays = [];
        delays.Sort();
        var minute = new Minute(At(delays, 0.5), At(delays, 0.99), await programs.WaitingMessagesAsync(), programs.Resident());
        _minutes.Add(minute);
        var memory = string.Join(", ", minute.Resident.Select(program =>
            string.Create(CultureInfo.InvariantCulture, $"{program.Key} {program.Value:N0}")));
        Console.WriteLine($"{_minutes.Count,6} {shown,10} {minute.Middle,8:N0} {minute.Slowest,5:N0} {minute.Waiting,9:N0}  {memory}");
    }

    /// <summary>
    /// The last quarter of the minutes beside the second one (in the first, programs are still compiled and fill what they keep):
    /// medians at most a tenth higher for memory, and half as much again and 20 for lags and queues, which wander more.
    /// </summary>
    private bool IsFlat()
    {
        var quarter = _minutes.Count / 4;

        if (quarter == 0)
        {
            Console.WriteLine("too short to tell whether it is flat: four minutes at least");

            return false;
        }

        var (early, late) = (_minutes.GetRange(quarter, quarter), _minutes[^quarter..]);
        var isFlat = Compare("lag", minute => minute.Middle, 1.5, 20) & Compare("waiting messages", minute => minute.Waiting, 1.5, 20);

        foreach (var program in early[0].Resident.Keys)
        {
            isFlat &= Compare($"memory of {program}", minute => minute.Resident[program], 1.1, 0);
        }

        return isFlat;

        bool Compare(string what, Func<Minute, double> of, double times, double more)
        {
            var (before, after) = (Median(early, of), Median(late, of));
            var stays = after <= (before * times) + more;
            Console.WriteLine($"{what}: {before:N0} in the second quarter, {after:N0} in the last{(stays ? "" : ", NOT FLAT")}");

            return stays;
        }
    }

    private static double Median(IEnumerable<Minute> minutes, Func<Minute, double> of) => At([.. minutes.Select(of).Order()], 0.5);

    // Nothing was shown for a whole minute: there is no lag to tell, and it is worse than any.
    private static double At(List<double> sorted, double part) => sorted.Count == 0 ? double.PositiveInfinity : sorted[(int)((sorted.Count - 1) * part)];

    private sealed record Minute(double Middle, double Slowest, long Waiting, IReadOnlyDictionary<string, double> Resident);
}
