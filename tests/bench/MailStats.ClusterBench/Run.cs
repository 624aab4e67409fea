using System.Globalization;
using System.Net;

namespace MailStats.ClusterBench;

/// <param name="Name">Of the Deployment.</param>
/// <param name="Kills">Killed outright, and not told to stop.</param>
internal sealed record Step(string Name, bool Kills);

/// <summary>Load from the first step to the last; then the counting.</summary>
internal sealed class Run(Kubectl cluster, Site site, DnsEndPoint policy, NoticeSink sink, string? tag)
{
    private const int Reporters = 4;
    private const int Sessions = 8;

    /// <summary>Of events in the tenant that is brought past its thresholds of 80, 90 and 100 percent.</summary>
    private const int Limit = 100;
    private const int Thresholds = 3;

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string _run = $"run-{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}";
    private readonly List<(string About, bool Killed)> _told = [];
    private long _undecided;

    public async Task<bool> AllAsync(IReadOnlyList<Step> steps, CancellationToken cancellationToken)
    {
        var tenant = await site.MakeTenantAsync(_run, 100_000_000, cancellationToken);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var http = new HttpLoad(site.Gateway, tenant);
        var asking = new PolicyLoad(policy, tenant);
        var load = Enumerable.Range(0, Reporters).Select(worker => http.ReportAsync(worker, stopping.Token))
            .Append(http.ReadAsync(stopping.Token))
            .Concat(Enumerable.Range(0, Sessions).Select(worker => asking.AskAsync(worker, stopping.Token)))
            .ToList();
        var isGood = true;
        await Task.Delay(Between, TimeProvider.System, cancellationToken);

        foreach (var step in steps)
        {
            isGood &= await StepAsync(step, http, asking, cancellationToken);
        }

        await stopping.CancelAsync();
        await Task.WhenAll(load);

        return await CountAsync(tenant, http, asking, cancellationToken) & isGood;
    }

    /// <summary>True when nothing failed, or the step kills: then clients have to try again, and only what was acknowledged counts.</summary>
    private async Task<bool> StepAsync(Step step, HttpLoad http, PolicyLoad asking, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        var again = asking.Again;
        _ = (http.Reports.Take(), http.Reads.Take(), asking.Allowed.Take());
        var striking = step.Kills ? cluster.KillAsync(step.Name, cancellationToken) : cluster.RestartAsync(step.Name, tag, cancellationToken);

        if (step.Name == "notifier")
        {
            await PassThresholdsAsync(step, cancellationToken);
        }

        await striking;
        await Task.Delay(Between, TimeProvider.System, cancellationToken);
        var (reports, reads, asked) = (http.Reports.Take(), http.Reads.Take(), asking.Allowed.Take());
        var troubles = reports.Troubles.Concat(reads.Troubles).Concat(asked.Troubles).ToList();
        var took = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        Print(
            $"{(step.Kills ? "kill" : tag is null ? "restart" : "upgrade"),-8}{step.Name,-12}{took,4:F0} s  "
            + $"reports {reports.Done,5}  reads {reads.Done,4}  policy {asked.Done,5} ({asking.Again - again} on a new connection)  "
            + $"failed {troubles.Sum(trouble => trouble.Value)}");
        _undecided += asked.Troubles.Values.Sum();
        troubles.ForEach(trouble => Print($"    {trouble.Value} × {trouble.Key}"));

        return step.Kills || troubles.Count == 0;
    }

    /// <summary>A tenant comes to its limit while the notifier is on its way out.</summary>
    private async Task PassThresholdsAsync(Step step, CancellationToken cancellationToken)
    {
        var about = $"{_run}-{(step.Kills ? "killed" : "restarted")}";
        var tenant = await site.MakeTenantAsync(about, Limit, cancellationToken);
        await site.TellAsync(tenant, sink.Address(about), cancellationToken);
        await site.SendAsync(tenant, HttpLoad.Events(tenant, "all", Limit), cancellationToken);
        _told.Add((about, step.Kills));
    }

    private async Task<bool> CountAsync(Tenant tenant, HttpLoad http, PolicyLoad asking, CancellationToken cancellationToken)
    {
        var (allowed, accepted) = (asking.Allowed.Done, http.Accepted);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var (overview, quota) = (await site.OverviewAsync(tenant, limit.Token), await site.QuotaAsync(tenant, limit.Token));

        while (!limit.IsCancellationRequested
            && (overview != (accepted, accepted) || quota.Used != accepted || _told.Exists(told => sink.Of(told.About).Count < Thresholds)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellationToken);
            (overview, quota) = (await site.OverviewAsync(tenant, cancellationToken), await site.QuotaAsync(tenant, cancellationToken));
        }

        // What is lost is lost by now; what comes twice may come a little later.
        await Task.Delay(Between, TimeProvider.System, cancellationToken);
        overview = await site.OverviewAsync(tenant, cancellationToken);
        Print($"recipients: accepted {accepted:N0}, counted {overview.Recipients:N0}, delivered {overview.Delivered:N0}, charged {quota.Used:N0}");
        Print($"policy: allowed {allowed:N0}, not decided in time {_undecided:N0}, reserved {quota.Reserved:N0}");
        // Of what was not decided in time some was reserved all the same: the answer came too late.
        var isGood = overview == (accepted, accepted) && quota.Used == accepted && quota.Reserved >= allowed && quota.Reserved <= allowed + _undecided;

        foreach (var (about, killed) in _told)
        {
            var notices = sink.Of(about);
            Print($"notices while the notifier was {(killed ? "killed" : "restarted")}: {notices.Count} of {Thresholds}, sent {notices.Values.Sum()} times");
            // A process that dies between sending and noting it down sends again, with the same id.
            isGood &= notices.Count == Thresholds && (killed || notices.Values.Sum() == Thresholds);
        }

        Print(await cluster.ExecAsync("aggregator", cancellationToken, "verify"));

        return isGood;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static void Print(string line) => Console.WriteLine(line.TrimEnd());
}
