using System.CommandLine;
using MailStats.ApiBench;

var deliveries = new Option<int>("--deliveries") { DefaultValueFactory = _ => 100_000, Description = "Deliveries in the store, over 30 days." };
var domains = new Option<int>("--domains") { DefaultValueFactory = _ => 1_000, Description = "Sending domains they belong to." };

var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 10, Description = "How long each of the two is asked." };
var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 8, Description = "Requests at once." };
var path = new Option<string>("--path") { DefaultValueFactory = _ => "/v1/overview?period=last-30-days", Description = "What is asked." };
var reads = new Command("reads", "One call through the gateway and directly, side by side in one run: requests/s, latency, processor time.")
{
    seconds, connections, deliveries, domains, path,
};
reads.SetAction((parsed, cancellationToken) => Reads.RunAsync(
    parsed.GetValue(seconds), parsed.GetValue(connections), parsed.GetValue(deliveries), parsed.GetValue(domains), parsed.GetValue(path)!, cancellationToken));

var export = new Command("export", "All deliveries as failures, exported as CSV through the gateway: rows/s, and what memory the export takes.")
{
    deliveries, domains,
};
export.SetAction((parsed, cancellationToken) => Export.RunAsync(parsed.GetValue(deliveries), parsed.GetValue(domains), cancellationToken));

return await new RootCommand("What the API costs.") { reads, export }.Parse(args).InvokeAsync();
