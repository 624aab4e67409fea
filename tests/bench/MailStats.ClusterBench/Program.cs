using System.CommandLine;
using System.Net;
using MailStats.ClusterBench;

// A cluster under load: every Deployment is restarted, then a pod of each is killed, while events are sent, statistics are
// read and an MTA asks for policy. Afterwards sent = accepted = counted, allowed = reserved, and each notice was given once.
//   dotnet run -c Release --project tests/bench/MailStats.ClusterBench -- --key FIRST-KEY --gateway http://HOST:8080 \
//     --policy HOST:10033 --sink http://THIS-HOST:9099 [--restart NAME…] [--kill NAME…] [--tag TAG]
// kubectl must reach the cluster, the addresses must be reachable from here without kubectl's port-forward (which breaks with
// its pod), and the notifier must be let to the sink: Notifier__AllowPrivateTargets=true where that is a private address.
string[] services = ["ingest", "classifier", "aggregator", "query", "policy", "notifier", "gateway"];
var key = new Option<string>("--key") { Description = "The first key, or another of the scopes admin and operator", Required = true };
var gateway = new Option<Uri>("--gateway") { Description = "Where the gateway is", Required = true, CustomParser = Address };
var policy = new Option<string>("--policy") { Description = "Where MTAs ask for policy, as host:port", Required = true };
var sink = new Option<Uri>("--sink")
{
    Description = "Where this program can be reached from the cluster, for webhooks", Required = true, CustomParser = Address,
};
var names = new Option<string>("--namespace") { Description = "Of MailStats in the cluster", DefaultValueFactory = _ => "mailstats" };
var restarts = new Option<string[]>("--restart") { Description = "Deployments to restart; all when neither is given", AllowMultipleArgumentsPerToken = true };
var kills = new Option<string[]>("--kill")
{
    Description = "What to kill a pod of, also 'rabbitmq'; all when neither is given", AllowMultipleArgumentsPerToken = true,
};
var tag = new Option<string?>("--tag") { Description = "Of the images that the restarted are to run from now on: an upgrade, Deployment by Deployment" };
var command = new RootCommand("Restarts and kills the parts of a cluster under load, and counts") { key, gateway, policy, sink, names, restarts, kills, tag };

command.SetAction(async (parsed, cancellationToken) =>
{
    var chosen = parsed.GetValue(restarts)!.Length + parsed.GetValue(kills)!.Length > 0;
    var steps = (chosen ? parsed.GetValue(restarts)! : services).Select(name => new Step(name, Kills: false))
        .Concat((chosen ? parsed.GetValue(kills)! : [.. services, "rabbitmq"]).Select(name => new Step(name, Kills: true)));
    await using var notices = await NoticeSink.StartAsync(parsed.GetValue(sink)!, cancellationToken);
    using var site = new Site(parsed.GetValue(gateway)!, parsed.GetValue(key)!);
    var at = parsed.GetValue(policy)!.Split(':');
    var run = new Run(new(parsed.GetValue(names)!), site, new DnsEndPoint(at[0], int.Parse(at[1], null)), notices, parsed.GetValue(tag));

    return await run.AllAsync([.. steps], cancellationToken) ? 0 : 1;
});

return await command.Parse(args).InvokeAsync();

static Uri Address(System.CommandLine.Parsing.ArgumentResult result) => new(result.Tokens.Single().Value);
