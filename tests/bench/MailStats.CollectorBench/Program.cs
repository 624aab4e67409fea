using System.CommandLine;
using MailStats.CollectorBench;

// Run from a Release build; PEER is what every Debian has for the same log, with its arguments:
//   … -- read   postfix LOG 500 pflogsumm
//   … -- import exim    LOG 100 eximstats
//   … -- memory postfix LOG 1000
var format = new Argument<string>("FORMAT") { Description = "postfix or exim" };
var log = new Argument<FileInfo>("LOG") { Description = "A log that is enlarged" };
var size = new Argument<int>("MEGABYTES") { Description = "How large it is made" };
var peer = new Argument<string[]>("PEER") { Description = "A program that reads the same log", Arity = ArgumentArity.ZeroOrMore };

var rounds = new Option<int>("--rounds") { Description = "How often both are measured, one after the other", DefaultValueFactory = _ => 3 };

var read = new Command("read", "Reading and joining alone, in this process") { format, log, size, peer };
read.SetAction(parsed => Reading.Compare(
    parsed.GetRequiredValue(format), parsed.GetRequiredValue(log), parsed.GetRequiredValue(size), parsed.GetValue(peer) ?? []));

var import = new Command("import", "A whole import by the real programs, until every delivery can be queried") { format, log, size, peer, rounds };
import.SetAction(parsed => Importing.CompareAsync(
    parsed.GetRequiredValue(format), parsed.GetRequiredValue(log), parsed.GetRequiredValue(size), parsed.GetValue(peer) ?? [], parsed.GetValue(rounds)));

var memory = new Command("memory", "Peak memory of an import by the real Collector, from 10 MB up to the size, into a server that takes all")
{
    format,
    log,
    size,
};
memory.SetAction(parsed => Remembering.MeasureAsync(parsed.GetRequiredValue(format), parsed.GetRequiredValue(log), parsed.GetRequiredValue(size)));

return await new RootCommand("Measures the Collector against the report programs of Postfix and Exim.") { read, import, memory }.Parse(args).InvokeAsync();
