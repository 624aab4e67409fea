using System.CommandLine;
using System.Globalization;
using MailStats.ScaleBench;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

// Aggregators as processes over one real RabbitMQ and the stand-in for MongoDB: what more of them cost each other.
//   dotnet run -c Release --project tests/bench/MailStats.ScaleBench -- [--aggregators 1 2 4 8] [--tenants 1 1000]
//   … --apart gives each a broker and a store of its own, all at once: what they cost each other on a busy machine without meeting
//   … --aggregator OTHER-BUILD/MailStats.Aggregator.dll measures another build
//   … policy [--replicas 1 2 4] [--policy OTHER-BUILD/MailStats.Policy.dll]: reservations of one tenant
var writers = Numbers("--aggregators", "How many aggregators, one run for each number", [1, 2, 4, 8]);
var tenants = Numbers("--tenants", "How many tenants the mail is of, one run for each number", [1, 1_000]);
var deliveries = new Option<int>("--deliveries") { Description = "Deliveries for each aggregator, of two events each", DefaultValueFactory = _ => 10_000 };
var warming = new Option<int>("--warming") { Description = "The same, sent before anything is measured", DefaultValueFactory = _ => 3_000 };
var rate = new Option<int>("--rate") { Description = "Events a second while the lag is measured", DefaultValueFactory = _ => 2_000 };
var seconds = new Option<int>("--seconds") { Description = "How long the lag is measured", DefaultValueFactory = _ => 5 };
var aggregator = new Option<FileInfo?>("--aggregator") { Description = "MailStats.Aggregator.dll of another build, to run instead of this one" };
var apart = new Option<bool>("--apart") { Description = "Each aggregator has a broker and a store of its own: they share the machine alone" };
var command = new RootCommand("Measures what several aggregators cost each other") { writers, tenants, deliveries, warming, rate, seconds, aggregator, apart };

command.SetAction(async (parsed, cancellationToken) =>
{
    if (!MailStats.FaultBench.Broker.BrokerNode.IsInstalled)
    {
        Console.Error.WriteLine("rabbitmq-server is not installed: apt-get install -y rabbitmq-server");

        return 2;
    }

    var load = new Load(parsed.GetValue(warming), parsed.GetValue(deliveries), parsed.GetValue(rate), parsed.GetValue(seconds));
    var isRight = true;
    Console.WriteLine(Outcome.Head);

    foreach (var (of, by) in parsed.GetValue(tenants)!.SelectMany(of => parsed.GetValue(writers)!.Select(by => (of, by))))
    {
        var (places, each) = parsed.GetValue(apart) ? (by, 1) : (1, by);
        var outcomes = await MeasureAsync(places, each, of, load, parsed.GetValue(aggregator)?.FullName, cancellationToken);

        foreach (var outcome in outcomes)
        {
            Console.WriteLine(outcome.Line());
            isRight &= outcome.IsRight;
        }
    }

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]}"));

    return isRight ? 0 : 1;
});

var replicas = Numbers("--replicas", "How many replicas of Policy, one run for each number", [1, 2, 4]);
var messages = new Option<int>("--messages") { Description = "Messages of one recipient for each replica", DefaultValueFactory = _ => 10_000 };
var policy = new Option<FileInfo?>("--policy") { Description = "MailStats.Policy.dll of another build, to run instead of this one" };
var reservations = new Command("policy", "Measures what several replicas of Policy cost each other, of one tenant") { replicas, messages, policy };
reservations.SetAction(async (parsed, cancellationToken) =>
{
    var isExact = true;
    Console.WriteLine(PolicyRun.Head);

    foreach (var number in parsed.GetValue(replicas)!)
    {
        var folder = Directory.CreateTempSubdirectory("mailstats-scale-").FullName;

        try
        {
            await using var run = await PolicyRun.StartAsync(folder, number, parsed.GetValue(policy)?.FullName, cancellationToken);
            var (line, isRight) = await run.MeasureAsync(parsed.GetValue(messages), cancellationToken);
            Console.WriteLine(line);
            isExact &= isRight;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]}"));

    return isExact ? 0 : 1;
});
command.Add(reservations);

return await command.Parse(args).InvokeAsync();

// Each place has a broker and a store; all are warm before one is measured.
static async Task<IReadOnlyList<Outcome>> MeasureAsync(
    int places, int aggregators, int tenants, Load load, string? program, CancellationToken cancellationToken)
{
    var folder = Directory.CreateTempSubdirectory("mailstats-scale-").FullName;
    var runs = new List<Run>();

    try
    {
        for (var place = 1; place <= places; place++)
        {
            var own = Directory.CreateDirectory(Path.Combine(folder, place.ToString(CultureInfo.InvariantCulture))).FullName;
            runs.Add(await Run.StartAsync(own, aggregators, tenants, program, cancellationToken));
        }

        await Task.WhenAll(runs.Select(run => run.WarmAsync(load, cancellationToken)));

        return await Task.WhenAll(runs.Select(run => run.MeasureAsync(load, cancellationToken)));
    }
    finally
    {
        foreach (var run in runs)
        {
            await run.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }
}

static Option<int[]> Numbers(string name, string description, int[] usual) =>
    new(name) { Description = description, AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => usual };
