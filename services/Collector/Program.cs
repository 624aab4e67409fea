using System.CommandLine;
using MailStats.Collector.Follow;
using MailStats.Collector.Import;

return await new RootCommand("Reads mail servers' logs and reports every delivery to MailStats")
{
    ImportCommand.Create(TimeProvider.System),
    FollowCommand.Create(TimeProvider.System),
}.Parse(args).InvokeAsync();
