using System.CommandLine;
using System.CommandLine.Help;
using MailStats.Aggregator;
using MailStats.Classifier;
using MailStats.Incidents;
using MailStats.Ingest;
using MailStats.Notifier;
using MailStats.Policy;
using MailStats.Query;
using MailStats.ServiceDefaults;
using MailStats.Standalone;
using MailStats.Standalone.Demo;
using MailStats.Stores.Sqlite;

var urls = new Option<string?>("--urls")
{
    Description = "Addresses to listen on, separated by ';'. http://localhost:8080 where neither this nor ASPNETCORE_URLS is given.",
};
var data = new Option<string>("--data")
{
    Description = "Folder for all that is kept; made when missing. ./data where neither this nor Storage__Path is given.",
    DefaultValueFactory = _ => Environment.GetEnvironmentVariable("Storage__Path") ?? "./data",
};
var demo = new Option<bool>("--demo")
{
    Description = "Add tenant 'demo' with a month of plausible traffic and a live trickle, and print a link that signs in to it.",
};

// As it is called where it is installed; a root command would take its name from the file's.
var command = new Command("mailstats", "MailStats in one process: in-memory bus, SQLite.")
{
    urls,
    data,
    demo,
    FeedCommand.Create(),
    new HelpOption { Recursive = true },
    new VersionOption(),
};
command.SetAction(parsed =>
{
    var host = ServiceHost.Create(StandaloneSettings.Of(parsed.GetValue(urls), parsed.GetValue(data)!))
        .WithDefault("Messaging:Transport", "InMemory")
        .WithDefault("Storage:Provider", SqliteStores.Name)
        .WithEdge()
        .With<IngestModule>()
        .With<ClassifierModule>()
        .With<AggregatorModule>()
        .With<IncidentsModule>()
        .With<QueryModule>()
        .With<PolicyModule>()
        .With<NotifierModule>()
        .With<StandaloneModule>();

    return (parsed.GetValue(demo) ? host.With<DemoModule>() : host).RunAsync();
});

// What was begun is finished, which takes half a minute at most after a pause of at most five. The default cuts it off after two seconds.
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(6) });
