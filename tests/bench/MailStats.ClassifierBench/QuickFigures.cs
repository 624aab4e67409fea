using System.Globalization;
using MailStats.Classifier.Replies;
using MailStats.Classifier.Rules;

namespace MailStats.ClassifierBench;

/// <summary>
/// The figures of the design's table, without BenchmarkDotNet's minutes. By processor time, so that what else runs on the machine matters less.
/// </summary>
internal static class QuickFigures
{
    private const int Count = 50_000;
    private const int WarmUps = 300;
    private const int Runs = 2_000;

    public static void Print(TextWriter output)
    {
        var mix = ReplyMix.Make(Count);
        Measure(output, "mix, with the cache", new ReplyClassifier([RuleBook.BuiltIn]), mix);
        Measure(output, "mix, without the cache", new ReplyClassifier([RuleBook.BuiltIn], remembers: false), mix);
        Line(output, $"automaton: {RuleBook.BuiltIn.StateCount:N0} states, {RuleBook.BuiltIn.Rules.Count} rules");

        var classifier = new ReplyClassifier([RuleBook.BuiltIn], remembers: false);

        foreach (var (name, text) in ReplyMix.Hostile())
        {
            var reply = new SmtpReply { Text = text };
            var times = new double[Runs];

            for (var run = -WarmUps; run < Runs; run++)
            {
                var start = ThreadTime.Microseconds();
                classifier.Classify(reply);

                if (run >= 0)
                {
                    times[run] = ThreadTime.Microseconds() - start;
                }
            }

            Array.Sort(times);
            var (median, rare, longest) = (times[Runs / 2], times[Runs - (Runs / 1000)], times[^1]);
            Line(output, $"64 KB of {name,-24} median {median,6:N0} µs   1 in 1,000 {rare,6:N0} µs   longest of {Runs:N0}: {longest,6:N0} µs");
        }
    }

    private static void Measure(TextWriter output, string name, ReplyClassifier classifier, SmtpReply[] mix)
    {
        var best = double.MaxValue;
        var allocated = 0L;

        for (var round = 0; round < 8; round++)
        {
            var bytes = GC.GetAllocatedBytesForCurrentThread();
            var start = Environment.CpuUsage.TotalTime;

            foreach (ref readonly var reply in mix.AsSpan())
            {
                classifier.Classify(reply);
            }

            best = Math.Min(best, (Environment.CpuUsage.TotalTime - start).TotalSeconds);
            allocated = GC.GetAllocatedBytesForCurrentThread() - bytes;
        }

        Line(output, $"{name,-24} {mix.Length / best,10:N0} replies/s a core, {(double)allocated / mix.Length,6:N0} bytes allocated each");
    }

    private static void Line(TextWriter output, FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
