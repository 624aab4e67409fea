using System.Diagnostics;
using System.Globalization;
using MailStats.MongoStandIn;

namespace MailStats.ScaleBench;

/// <summary>Some aggregators, a broker and a store of their own.</summary>
internal sealed class Run : IAsyncDisposable
{
    private const string Database = "scale";
    private const int EventsOfDelivery = 2;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly StandIn _store;
    private readonly BrokerNode _broker;
    private readonly int _epmdPort;
    private readonly IReadOnlyList<ServiceProcess> _aggregators;
    private readonly Publisher _publisher;
    private readonly Dictionary<string, string> _settings;
    private readonly string _program;
    private readonly int _tenants;

    private Run(
        StandIn store, BrokerNode broker, int epmdPort, IReadOnlyList<ServiceProcess> aggregators, Publisher publisher,
        Dictionary<string, string> settings, string program, int tenants) =>
        (_store, _broker, _epmdPort, _aggregators, _publisher, _settings, _program, _tenants) =
            (store, broker, epmdPort, aggregators, publisher, settings, program, tenants);

    private long Applied => _store.Rows($"{Database}.deliveries");

    private TimeSpan Used => _aggregators.Aggregate(TimeSpan.Zero, (sum, aggregator) => sum + aggregator.Used);

    public static async Task<Run> StartAsync(string folder, int aggregators, int tenants, string? program, CancellationToken cancellationToken)
    {
        var epmdPort = Ports.Free();
        var broker = new BrokerNode(Path.Combine(folder, "broker"), string.Create(CultureInfo.InvariantCulture, $"scale{epmdPort}"), epmdPort);
        await broker.StartAsync(cancellationToken);
        var store = StandIn.Start(new(), TimeProvider.System);
        var bus = new Uri(string.Create(CultureInfo.InvariantCulture, $"amqp://guest:guest@127.0.0.1:{broker.Port}/"));
        var settings = new Dictionary<string, string>
        {
            ["Messaging__Transport"] = "RabbitMq", ["Messaging__Uri"] = bus.ToString(),
            ["Storage__Provider"] = "MongoDb", ["Storage__ConnectionString"] = store.ConnectionString, ["Storage__Database"] = Database,
        };
        program ??= Programs.Of("aggregator");
        var processes = Enumerable.Range(1, aggregators)
            .Select(number => new ServiceProcess(string.Create(CultureInfo.InvariantCulture, $"aggregator-{number}"), program, settings, folder))
            .ToList();
        processes.ForEach(process => process.Start());
        await Task.WhenAll(processes.Select(process => process.WaitUntilReadyAsync(cancellationToken)));

        return new(store, broker, epmdPort, processes, await Publisher.StartAsync(bus, tenants, cancellationToken), settings, program, tenants);
    }

    /// <summary>Every process has compiled what is hot, and nothing is under way.</summary>
    public async Task WarmAsync(Load load, CancellationToken cancellationToken)
    {
        await _publisher.SendAsync(load.Warming * _aggregators.Count, cancellationToken);
        await UntilAppliedAsync(cancellationToken);
    }

    /// <summary>What deliveries cost, after <see cref="WarmAsync"/>.</summary>
    public async Task<Outcome> MeasureAsync(Load load, CancellationToken cancellationToken)
    {
        var (used, transactions, conflicts, began) = (Used, _store.Transactions, _store.Conflicts, TimeProvider.System.GetTimestamp());
        await _publisher.SendAsync(load.Deliveries * _aggregators.Count, cancellationToken);
        await UntilAppliedAsync(cancellationToken);
        var (took, cost) = (TimeProvider.System.GetElapsedTime(began), Used - used);
        var lag = await MeasureLagAsync(load, cancellationToken);
        var after = _store.Transactions;

        return new()
        {
            Tenants = _tenants,
            Aggregators = _aggregators.Count,
            Microseconds = cost.TotalMicroseconds / (load.Deliveries * _aggregators.Count * EventsOfDelivery),
            EventsPerSecond = load.Deliveries * _aggregators.Count * EventsOfDelivery / took.TotalSeconds,
            Transactions = after.Committed - transactions.Committed,
            BegunAgain = after.Aborted - transactions.Aborted,
            Conflicts = [.. _store.Conflicts
                .Select(place => (place.Key[(Database.Length + 1)..], place.Value - conflicts.GetValueOrDefault(place.Key)))
                .Where(place => place.Item2 > 0)],
            LagMilliseconds = lag,
            IsRight = await VerifyAsync(cancellationToken),
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var aggregator in _aggregators)
        {
            await aggregator.DisposeAsync();
        }

        await _publisher.DisposeAsync();
        await _broker.DisposeAsync();
        await BrokerNode.StopPortMapperAsync(_epmdPort);
        await _store.DisposeAsync();
    }

    private async Task<List<double>> MeasureLagAsync(Load load, CancellationToken cancellationToken)
    {
        var sent = new List<(long Deliveries, long At)>();
        var lag = new List<double>();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var looking = LookAsync();
        var began = TimeProvider.System.GetTimestamp();

        for (var step = 0; TimeProvider.System.GetElapsedTime(began).TotalSeconds < load.Seconds; step++)
        {
            lock (sent)
            {
                sent.Add((_publisher.Sent, TimeProvider.System.GetTimestamp()));
            }

            await _publisher.SendAsync((int)(load.Rate * Step.TotalSeconds / EventsOfDelivery), cancellationToken);
            var due = (Step * (step + 1)) - TimeProvider.System.GetElapsedTime(began);

            if (due > TimeSpan.Zero)
            {
                await Task.Delay(due, TimeProvider.System, cancellationToken);
            }
        }

        await UntilAppliedAsync(cancellationToken);
        await done.CancelAsync();
        await looking;

        return lag;

        async Task LookAsync()
        {
            using var timer = new PeriodicTimer(Look, TimeProvider.System);

            while (!done.IsCancellationRequested)
            {
                await timer.WaitForNextTickAsync(cancellationToken);
                var applied = Applied;

                lock (sent)
                {
                    // The first that holds what is not applied yet: all before were sent earlier.
                    var index = sent.FindLastIndex(some => some.Deliveries <= applied);
                    lag.Add(index < 0 || applied == _publisher.Sent ? 0 : TimeProvider.System.GetElapsedTime(sent[index].At).TotalMilliseconds);
                }
            }
        }
    }

    private async Task UntilAppliedAsync(CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();

        while (Applied < _publisher.Sent)
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                throw new TimeoutException($"{Applied} of {_publisher.Sent} deliveries were applied");
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }

    private async Task<bool> VerifyAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [_program, "verify"]) { RedirectStandardOutput = true, WorkingDirectory = Path.GetDirectoryName(_program)! };

        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        using var verify = Process.Start(start)!;
        var said = await verify.StandardOutput.ReadToEndAsync(cancellationToken);
        await verify.WaitForExitAsync(cancellationToken);

        if (verify.ExitCode != 0)
        {
            Console.Error.WriteLine(said);
        }

        return verify.ExitCode == 0;
    }
}
