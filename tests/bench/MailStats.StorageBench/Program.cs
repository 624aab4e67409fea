using System.CommandLine;
using MailStats.StorageBench;

var folder = new Option<DirectoryInfo>("--data") { Description = "Folder of the store", Required = true };
var deliveries = new Option<long>("--deliveries") { Description = "Deliveries to have in the store", DefaultValueFactory = _ => 1_000_000 };
var batch = new Option<int>("--batch") { Description = "Events a batch", DefaultValueFactory = _ => 5_000 };

var days = new Option<int>("--days") { Description = "Over how many days the mail is spread", DefaultValueFactory = _ => Traffic.Days };

var apart = new Option<bool>("--apart") { Description = "A delivery's two events come in different batches: it is written twice" };

var unindexed = new Option<bool>("--unindexed") { Description = "Without the search index" };
var apply = new Command("apply", "Fills an empty store and prints the rate, million by million") { folder, deliveries, days, batch, apart, unindexed };
apply.SetAction((result, cancellationToken) => ApplyBench.RunAsync(
    result.GetRequiredValue(folder), result.GetValue(deliveries), result.GetValue(days), result.GetValue(batch), result.GetValue(apart),
    !result.GetValue(unindexed), cancellationToken));

var read = new Command("read", "Measures reads on a store that apply has filled") { folder };
read.SetAction((result, cancellationToken) => ReadBench.RunAsync(result.GetRequiredValue(folder), cancellationToken));

var search = new Command("search", "Fills an empty store with mail to look for, and measures searches") { folder, deliveries };
search.SetAction((result, cancellationToken) => SearchBench.RunAsync(result.GetRequiredValue(folder), result.GetValue(deliveries), cancellationToken));

var mongo = new Command("mongodb", "Fills the stand-in for MongoDB: bytes of a delivery by part, rows and bytes that reads cost") { deliveries, days };
mongo.SetAction((result, cancellationToken) => MongoBench.RunAsync(result.GetValue(deliveries), result.GetValue(days), cancellationToken));

var kills = new Option<int>("--kills") { Description = "How often to kill the writing process", DefaultValueFactory = _ => 200 };
var seed = new Option<int>("--seed") { Description = "Of the random moments", DefaultValueFactory = _ => 1 };
var crash = new Command("crash", "Kills a writing process at random moments and checks the store after each") { folder, kills, seed };
crash.SetAction((result, cancellationToken) => CrashBench.RunAsync(
    result.GetRequiredValue(folder), result.GetValue(kills), result.GetValue(seed), cancellationToken));

var from = new Option<int>("--from") { Description = "First batch" };
var crashChild = new Command("crash-child", "The process that crash kills") { folder, from };
crashChild.SetAction((result, cancellationToken) => CrashBench.WriteAsync(result.GetRequiredValue(folder), result.GetValue(from), cancellationToken));

return await new RootCommand("Measures the MailStats store") { apply, read, search, mongo, crash, crashChild }.Parse(args).InvokeAsync();
