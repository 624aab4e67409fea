using BenchmarkDotNet.Running;
using MailStats.ClassifierBench;

// Without arguments: the figures of docs/replies.md in half a minute. With arguments: BenchmarkDotNet, for example --filter "*".
if (args.Length == 0)
{
    QuickFigures.Print(Console.Out);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(ClassifyReplies).Assembly).Run(args);
}
