using System.CommandLine;
using MailStats.Collector.State;
using Microsoft.Extensions.Logging;

namespace MailStats.Collector.Follow;

/// <summary><c>follow</c>: logs as they grow, for a service manager to run.</summary>
internal static class FollowCommand
{
    public static Command Create(TimeProvider time)
    {
        var server = new ServerArguments();
        var log = new LogArguments();
        var local = new LocalMailArguments();
        var host = new Option<string>("--host")
        {
            Description = "Name by which the server knows this collector; else this machine's name",
            DefaultValueFactory = _ => Environment.MachineName,
        };
        var command = new Command("follow", "Follow logs through rotation and restarts, as the collection settings say") { host };
        var files = command.AddLogs("Logs as the mail server writes them, plain text; - is standard input (journalctl -f -o json)");
        server.AddTo(command);
        log.AddTo(command);
        local.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new FollowOptions
            {
                Files = parsed.GetRequiredValue(files),
                Send = server.Read(parsed),
                Format = log.FormatOf(parsed),
                Mapping = log.MappingOf(parsed),
                TimeZone = log.TimeZoneOf(parsed),
                LocalMail = local.Read(parsed),
                StateFolder = log.StateFolderOf(parsed),
                Host = parsed.GetRequiredValue(host),
            },
            time,
            cancellationToken));

        return command;
    }

    private static async Task<int> RunAsync(FollowOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss'Z '";
            console.UseUtcTimestamp = true;
        }));
        try
        {
            using var only = StateLock.Take(StateFolder.For(options.StateFolder, options.Send.Url, options.Send.Key));
            using var run = new FollowRun(options, time, loggers.CreateLogger("follow"));
            await run.RunAsync(cancellationToken);

            return 0;
        }
        catch (StateException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);

            return 1;
        }
    }
}
