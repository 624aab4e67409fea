using System.CommandLine;
using System.Globalization;
using MailStats.FaultBench;
using MailStats.FaultBench.Broker;
using MailStats.FaultBench.Faults;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

// Real processes, a real RabbitMQ and a shared store on loopback; things are broken while mail is sent; afterwards every
// accepted event must be counted exactly once.
//   dotnet run -c Release --project tests/bench/MailStats.FaultBench -- [--fault NAME]… [--messages N] [--rate N]
//   dotnet run -c Release --project tests/bench/MailStats.FaultBench -- --mongodb "mongodb://HOST/?replicaSet=NAME"|stand-in
var faults = new Option<string[]>("--fault") { Description = "What goes wrong; everything when not given", AllowMultipleArgumentsPerToken = true };
faults.AcceptOnlyFromAmong([.. AllFaults.Known.Select(fault => fault.Name)]);
var messages = new Option<int>("--messages") { Description = "Messages sent for each fault", DefaultValueFactory = _ => 10_000 };
var rate = new Option<double>("--rate") { Description = "Events sent a second", DefaultValueFactory = _ => 3_000 };
var other = new Option<FileInfo?>("--other-classifier") { Description = "MailStats.Classifier.dll of another build, to run beside this one" };
var mongoDb = new Option<string?>("--mongodb")
{
    Description =
        "Connection string of a replica set that is the store instead of SQLite, in a database of its own, which "
        + "stays; or stand-in for one in memory",
};
var keep = new Option<bool>("--keep") { Description = "Keep the folder with logs and data" };

var command = new RootCommand("Breaks the distributed system while mail is sent, and counts") { faults, messages, rate, other, mongoDb, keep };
command.SetAction(async (parsed, cancellationToken) =>
{
    if (!BrokerNode.IsInstalled)
    {
        Console.Error.WriteLine("rabbitmq-server is not installed: apt-get install -y rabbitmq-server");

        return 2;
    }

    using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(20), TimeProvider.System);
    using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
    await using var standIn = parsed.GetValue(mongoDb) == "stand-in" ? MailStats.MongoStandIn.StandIn.Start(new(), TimeProvider.System) : null;
    var replicaSet = standIn?.ConnectionString ?? parsed.GetValue(mongoDb);
    var wanted = (parsed.GetValue(faults) is { Length: > 0 } names ? AllFaults.Known.Where(fault => names.Contains(fault.Name)) : AllFaults.Known)
        .Where(fault => !fault.OfSqlite || replicaSet is null);
    var outcomes = new List<Outcome>();

    foreach (var group in wanted.GroupBy(fault => fault.BrokerNodes))
    {
        var folder = Directory.CreateTempSubdirectory("mailstats-faults-").FullName;
        await using (var pipeline = await Pipeline.StartAsync(folder, replicaSet, group.Key, parsed.GetValue(other)?.FullName, either.Token))
        {
            foreach (var fault in group)
            {
                var outcome = await new Run(pipeline, parsed.GetValue(messages), parsed.GetValue(rate)).OfAsync(fault, either.Token);
                outcomes.Add(outcome);
                Console.WriteLine(outcome.Report());
            }
        }

        if (parsed.GetValue(keep))
        {
            Console.WriteLine($"Logs and data: {folder}");
        }
        else
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    var conserved = outcomes.Count(outcome => outcome.IsConserved);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{conserved} of {outcomes.Count} faults: every accepted event counted exactly once "
            + $"({outcomes.Sum(outcome => outcome.Traffic.Events):N0} "
            + $"events, {outcomes.Sum(outcome => outcome.AcceptedAgain):N0} repeated)"));

    return conserved == outcomes.Count ? 0 : 1;
});

return await command.Parse(args).InvokeAsync();
