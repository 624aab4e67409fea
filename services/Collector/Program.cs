using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.InteropServices;
using MailStats.Collector.Follow;
using MailStats.Collector.Import;

// Asked to stop, a command ends by itself, with its checkpoint written: it takes as long as that takes. Neither is disposed of, since a second
// signal may come while the program ends.
var stop = new CancellationTokenSource();
var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

// As it is called where it is installed; a root command would take its name from the file's.
var program = new Command("mailstats-collector", "Reads mail servers' logs and reports every delivery to MailStats")
{
    ImportCommand.Create(TimeProvider.System),
    FollowCommand.Create(TimeProvider.System),
    new HelpOption { Recursive = true },
    new VersionOption(),
};

var code = await program.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }, stop.Token);
GC.KeepAlive(terminate);
GC.KeepAlive(interrupt);

return code;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
