using MailStats.Aggregator;
using MailStats.ServiceDefaults;

await ServiceHost.Create(args).With<AggregatorModule>().Build().RunAsync();
