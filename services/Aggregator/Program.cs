using MailStats.Aggregator;
using MailStats.ServiceDefaults;

return await ServiceHost.Create(args).With<AggregatorModule>().RunAsync();
