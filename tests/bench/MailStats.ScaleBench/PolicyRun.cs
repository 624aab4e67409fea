using System.Globalization;
using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.MongoStandIn;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Quotas;
using MailStats.Stores.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailStats.ScaleBench;

/// <summary>Replicas of Policy that let one tenant's mail through, on a store of their own.</summary>
internal sealed class PolicyRun : IAsyncDisposable
{
    public const string Domain = "shop.example";
    public const string Head =
        "replicas  sessions  answers/s  µs an answer  p50 ms  p99 ms  asked again  transactions  begun again per 1,000  let through of the last 1,000";

    private const string Tenant = "acme";
    private const string Database = "scale";
    private const int Sessions = 64;
    private const int Last = 1_000;

    /// <summary>Lines of a replica's log that are shown where it gave no answer.</summary>
    private const int Told = 6;

    /// <summary>Of each replica, before anything is measured.</summary>
    private const int Warming = 3_000;

    private readonly StandIn _store;
    private readonly string _folder;
    private readonly IHost _host;
    private readonly IReadOnlyList<ServiceProcess> _replicas;
    private readonly IReadOnlyList<int> _ports;
    private int _messages;
    private int _askedAgain;

    private PolicyRun(StandIn store, string folder, IHost host, IReadOnlyList<ServiceProcess> replicas, IReadOnlyList<int> ports) =>
        (_store, _folder, _host, _replicas, _ports) = (store, folder, host, replicas, ports);

    private TimeSpan Used => _replicas.Aggregate(TimeSpan.Zero, (sum, replica) => sum + replica.Used);

    private IQuotaStore Quotas => _host.Services.GetRequiredService<IQuotaStore>();

    public static async Task<PolicyRun> StartAsync(string folder, int replicas, string? program, CancellationToken cancellationToken)
    {
        var store = StandIn.Start(new(), TimeProvider.System);
        var settings = new Dictionary<string, string>
        {
            ["Storage__Provider"] = "MongoDb", ["Storage__ConnectionString"] = store.ConnectionString, ["Storage__Database"] = Database,
        };
        var builder = Host.CreateApplicationBuilder(
            [
                .. settings.Select(setting => $"--{setting.Key.Replace("__", ":", StringComparison.Ordinal)}={setting.Value}"),
                "--Logging:LogLevel:Default=Warning",
            ]);
        builder.AddStores<SqliteStores, MongoStores>();
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        var tenants = host.Services.GetRequiredService<ITenantStore>();
        await tenants.SaveAsync(new(Tenant, Tenant, "UTC", DateTimeOffset.UnixEpoch), cancellationToken);
        await tenants.SaveDomainAsync(new(Tenant, Domain, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch), cancellationToken);
        var ports = Enumerable.Range(0, replicas).Select(_ => Ports.Free()).ToList();
        var processes = ports.ConvertAll(port => new ServiceProcess(
            string.Create(CultureInfo.InvariantCulture, $"policy-{port}"), program ?? Programs.Of("policy"),
            new Dictionary<string, string>(settings) { ["Policy__Listen__0"] = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}") }, folder));
        processes.ForEach(process => process.Start());
        await Task.WhenAll(processes.Select(process => process.WaitUntilReadyAsync(cancellationToken)));

        return new(store, folder, host, processes, ports);
    }

    /// <summary>A line under <see cref="Head"/>, and whether the last recipients of the limit were let through to the last one, and no more.</summary>
    public async Task<(string Line, bool IsExact)> MeasureAsync(int messages, CancellationToken cancellationToken)
    {
        await LimitAsync(1_000_000_000, cancellationToken);
        await AskAsync(Warming * _replicas.Count, cancellationToken);

        var (used, transactions, began) = (Used, _store.Transactions, TimeProvider.System.GetTimestamp());
        var answers = await AskAsync(messages * _replicas.Count, cancellationToken);
        var (took, cost, after) = (TimeProvider.System.GetElapsedTime(began), Used - used, _store.Transactions);
        var times = answers.Select(answer => answer.Milliseconds).Order().ToList();

        await LimitAsync(Last, cancellationToken);
        var passed = (await AskAsync(2 * Last, cancellationToken)).Count(answer => answer.Passes);
        var isExact = passed == Last && answers.TrueForAll(answer => answer.Passes) && (await Quotas.VerifyAsync(repair: false, cancellationToken)).Count == 0;
        var (committed, aborted) = (after.Committed - transactions.Committed, after.Aborted - transactions.Aborted);

        return (string.Create(
            CultureInfo.InvariantCulture,
            $"{_replicas.Count,8}  {Sessions,8}  {times.Count / took.TotalSeconds,9:N0}  {cost.TotalMicroseconds / times.Count,12:N0}  "
            + $"{At(0.5),6:N1}  {At(0.99),6:N1}  {_askedAgain,11:N0}  "
            + $"{committed,12:N0}  {1_000.0 * aborted / committed,21:N1}  {passed,10:N0} {(isExact ? "right" : "WRONG")}"
            + $"{string.Concat(_store.Conflicts.Select(place => $"  {place.Key[(Database.Length + 1)..]} {place.Value}"))}"), isExact);

        double At(double share) => times[(int)((times.Count - 1) * share)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }

        foreach (var line in _askedAgain > 0 ? Directory.GetFiles(_folder, "*.log").SelectMany(log => File.ReadLines(log).Take(Told)) : [])
        {
            await Console.Error.WriteLineAsync(line);
        }

        await _host.StopAsync();
        _host.Dispose();
        await _store.DisposeAsync();
    }

    private async Task<List<(bool Passes, double Milliseconds)>> AskAsync(int messages, CancellationToken cancellationToken)
    {
        var left = messages;

        var sessions = Enumerable.Range(0, Sessions).Select(number => Task.Run(() => OneAsync(_ports[number % _ports.Count]), cancellationToken));

        return [.. (await Task.WhenAll(sessions)).SelectMany(answers => answers)];

        async Task<List<(bool, double)>> OneAsync(int port)
        {
            using var session = await MtaSession.ConnectAsync(port, cancellationToken);
            var answers = new List<(bool, double)>();

            try
            {
                while (Interlocked.Decrement(ref left) >= 0)
                {
                    answers.Add(await session.AskAsync(Interlocked.Increment(ref _messages).ToString("x", CultureInfo.InvariantCulture), cancellationToken));
                }
            }
            finally
            {
                Interlocked.Add(ref _askedAgain, session.AskedAgain);
            }

            return answers;
        }
    }

    private async Task LimitAsync(long remaining, CancellationToken cancellationToken)
    {
        var scope = new StatisticsScope(Tenant);
        var taken = (await Quotas.StandingsAsync(scope, cancellationToken))[0].Taken;
        await Quotas.SaveLimitAsync(new(scope, QuotaWindow.Month, taken + remaining), cancellationToken);
    }
}
