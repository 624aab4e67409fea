using MailStats.Aggregator;
using MailStats.Aggregator.Upkeep;
using MailStats.ServiceDefaults;

return UpkeepCommands.Asked(args)
    ? await UpkeepCommands.RunAsync(args, Console.Out)
    : await ServiceHost.Create(args).With<AggregatorModule>().RunAsync();
