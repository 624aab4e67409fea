using System.CommandLine;
using MailStats.Collector.Formats;
using MailStats.Collector.Sending;
using MailStats.Collector.State;
using Spectre.Console;

namespace MailStats.Collector.Import;

/// <summary><c>import</c>: whole logs, once.</summary>
internal static class ImportCommand
{
    /// <summary>What shells expect of a program that was interrupted: 128 + SIGINT.</summary>
    private const int Interrupted = 130;

    public static Command Create(TimeProvider time)
    {
        var server = new ServerArguments();
        var log = new LogArguments();
        var local = new LocalMailArguments();
        var incomplete = new Option<string>("--incomplete")
        {
            Description = "Deliveries of messages that began before these logs: keep them for a later import, or send them as they are",
            DefaultValueFactory = _ => "keep",
        };
        var tryOut = new Option<bool>("--try") { Description = $"Show what the first {TryRun.MaximumDeliveries} deliveries are, and send nothing" };
        incomplete.AcceptOnly(["keep", "send"]);

        var command = new Command("import", "Read whole logs and send every delivery in them; importing a log again changes nothing")
        {
            incomplete, tryOut,
        };
        var files = command.AddLogs("Logs, plain or packed (gzip, xz, zstd, bzip2), rotated ones in any order; - is standard input");
        server.AddTo(command, tryOut);
        log.AddTo(command);
        local.AddTo(command);
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(tryOut) ? Task.FromResult(Try(parsed, log, files, time)) : RunAsync(
            new ImportOptions
            {
                Files = parsed.GetRequiredValue(files),
                Send = server.Read(parsed),
                Format = log.FormatOf(parsed),
                Mapping = log.MappingOf(parsed),
                Year = log.YearOf(parsed),
                TimeZone = log.TimeZoneOf(parsed),
                LocalMail = local.Read(parsed),
                StateFolder = log.StateFolderOf(parsed),
                SendIncomplete = parsed.GetValue(incomplete) == "send",
            },
            time,
            cancellationToken));

        return command;
    }

    private static int Try(ParseResult parsed, LogArguments log, Argument<string[]> files, TimeProvider time)
    {
        var clock = new LogClock(log.TimeZoneOf(parsed), time.GetUtcNow, log.YearOf(parsed));

        return new TryRun(
            parsed.GetRequiredValue(files),
            log.FormatOf(parsed),
            format => LogFormats.Create(format, clock, mapping: log.MappingOf(parsed)),
            time,
            Console.Out).Run();
    }

    private static async Task<int> RunAsync(ImportOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await ImportAsync(options, time, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped. What was sent is counted. Run it again to send the rest; nothing is counted twice.");

            return Interrupted;
        }
    }

    private static async Task<int> ImportAsync(ImportOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var summary = Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive
            ? await new ImportRun(options, time).RunAsync(cancellationToken)
            : await AnsiConsole.Progress().StartAsync(async context =>
            {
                var task = context.AddTask("import", maxValue: 1);
                var done = await new ImportRun(options, time, new Progress<double>(value => task.Value = value)).RunAsync(cancellationToken);
                task.Value = 1;

                return done;
            });

        summary.WriteTo(Console.Out);

        return summary.ExitCode;
    }
}
