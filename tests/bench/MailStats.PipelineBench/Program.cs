using System.CommandLine;
using System.Diagnostics;
using MailStats.PipelineBench;
using MailStats.TestSupport;

var seconds = new Option<int>("--seconds") { Description = "How long events are sent.", DefaultValueFactory = _ => 20 };
var senders = new Option<int>("--senders") { Description = "Requests at once.", DefaultValueFactory = _ => 4 };

var warmUp = new Option<int>("--warm-up")
{
    Description = "Events sent before measuring: what is measured is the compiled program, not the compiler.", DefaultValueFactory = _ => 200_000,
};

var tree = new Option<string>("--tree")
{
    Description = "A checkout whose programs are measured, built in the same configuration: the same load for two builds.",
    DefaultValueFactory = _ => Repository.Root,
};

var standalone = new Command("standalone", "Standalone: HTTP in until it can be queried, events a second") { seconds, senders, warmUp, tree };
standalone.SetAction(parsed => ThroughputAsync(
    () => Programs.StandaloneAsync(parsed.GetValue(tree)!), parsed.GetValue(senders), parsed.GetValue(seconds), parsed.GetValue(warmUp)));

var rabbitMq = new Command("rabbitmq", "Separate processes over a real RabbitMQ with confirms, events a second") { seconds, senders, warmUp, tree };
rabbitMq.SetAction(parsed => ThroughputAsync(
    () => Programs.DistributedAsync(parsed.GetValue(tree)!), parsed.GetValue(senders), parsed.GetValue(seconds), parsed.GetValue(warmUp)));

var freshness = new Command("freshness", "1,000 events a second: from the sending of an event to /v1/overview showing it") { seconds, tree };
freshness.SetAction(parsed => FreshnessAsync(parsed.GetValue(tree)!, parsed.GetValue(seconds)));

var minutes = new Option<int>("--minutes") { Description = "How long events are sent.", DefaultValueFactory = _ => 60 };
var rate = new Option<int>("--rate") { Description = "Events a second: half of what `rabbitmq` reaches.", DefaultValueFactory = _ => 14_000 };
var soak = new Command("soak", "Separate processes over a real RabbitMQ for an hour: whether memory, queues and lag stay flat") { minutes, rate, tree };
soak.SetAction(async parsed =>
{
    await using var programs = await Programs.DistributedAsync(parsed.GetValue(tree)!);

    return await new Soak(programs, parsed.GetValue(rate)).RunAsync(parsed.GetValue(minutes)) ? 0 : 1;
});

return await new RootCommand("Measures the pipeline as a whole: real processes, real sockets.") { standalone, rabbitMq, freshness, soak }.Parse(args)
    .InvokeAsync();

static async Task ThroughputAsync(Func<Task<Programs>> start, int senders, int seconds, int warmUp)
{
    await using var programs = await start();
    using var load = new Load(programs.Ingest, programs.Query, programs.Key);

    await load.FloodAsync(senders, warmUp);
    await load.WaitUntilShownAsync(load.Acknowledged);
    await programs.RestAsync();
    var before = load.Acknowledged;
    var processorBefore = programs.Processor();
    using var self = Process.GetCurrentProcess();
    var selfBefore = self.TotalProcessorTime;
    var watch = Stopwatch.StartNew();
    await load.FloodAsync(senders, TimeSpan.FromSeconds(seconds));
    var taken = watch.Elapsed;
    await load.WaitUntilShownAsync(load.Acknowledged);
    var shown = watch.Elapsed;
    var events = load.Acknowledged - before;

    Console.WriteLine(
        $"{events:N0} events acknowledged in {taken.TotalSeconds:N1} s ({events / taken.TotalSeconds:N0}/s), "
        + $"all of them in /v1/overview after {shown.TotalSeconds:N1} s ({events / shown.TotalSeconds:N0}/s)");
    self.Refresh();
    await programs.RestAsync();
    var each = programs.Processor()
        .Zip(processorBefore, (after, first) => (after.Program, Spent: (after.Time - first.Time).TotalMicroseconds / events)).ToList();
    var spent = string.Join(", ", each.Select(program => $"{program.Program} {program.Spent:N1}"));
    Console.WriteLine(
        $"processor time until nothing was left to do, the search index included: {each.Sum(program => program.Spent):N1} µs an event ({spent}), "
        + $"load generator {(self.TotalProcessorTime - selfBefore).TotalMicroseconds / events:N1} µs");
    Console.WriteLine($"exactly: {await load.RecipientsAsync() == load.Acknowledged}; resident memory: {programs.Memory()}");
}

static async Task FreshnessAsync(string tree, int seconds)
{
    const int every = 20;
    await using var programs = await Programs.StandaloneAsync(tree);
    using var load = new Load(programs.Ingest, programs.Query, programs.Key);
    var delays = new List<double>();
    var sent = new Queue<(long Total, TimeSpan At)>();
    var requests = new List<Task>();
    using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
    var watch = Stopwatch.StartNew();

    do
    {
        // What is due is sent, whether or not what went before is answered yet: a slow answer must not slow the source down.
        while (requests.Count < watch.Elapsed.TotalMilliseconds / every && requests.Count < seconds * 1000 / every)
        {
            sent.Enqueue(((requests.Count + 1) * every, watch.Elapsed));
            requests.Add(load.SendAsync(load.Body(requests.Count, every), every));
        }

        var shown = await load.RecipientsAsync();

        while (sent.TryPeek(out var first) && first.Total <= shown)
        {
            delays.Add((watch.Elapsed - sent.Dequeue().At).TotalMilliseconds);
        }

        await ticks.WaitForNextTickAsync();
    }
    while (requests.Count < seconds * 1000 / every || sent.Count > 0);

    await Task.WhenAll(requests);
    delays.Sort();
    Console.WriteLine(
        $"{load.Acknowledged:N0} events in {watch.Elapsed.TotalSeconds:N1} s; from the sending of an event to /v1/overview with it and all before it: "
        + $"p50 {delays[delays.Count / 2]:N0} ms, p95 {delays[delays.Count * 95 / 100]:N0} ms, p99 {delays[delays.Count * 99 / 100]:N0} ms");
    Console.WriteLine($"memory: {programs.Memory()}");
}
