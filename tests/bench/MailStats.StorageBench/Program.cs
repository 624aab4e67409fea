using System.CommandLine;
using MailStats.StorageBench;

var folder = new Option<DirectoryInfo>("--data") { Description = "Folder of the store", Required = true };
var deliveries = new Option<long>("--deliveries") { Description = "Deliveries to have in the store", DefaultValueFactory = _ => 1_000_000 };
var batch = new Option<int>("--batch") { Description = "Events a batch", DefaultValueFactory = _ => 5_000 };

var apply = new Command("apply", "Fills an empty store and prints the rate, million by million") { folder, deliveries, batch };
apply.SetAction((result, cancellationToken) => ApplyBench.RunAsync(
    result.GetRequiredValue(folder), result.GetValue(deliveries), result.GetValue(batch), cancellationToken));

return await new RootCommand("Measures the MailStats store") { apply }.Parse(args).InvokeAsync();
