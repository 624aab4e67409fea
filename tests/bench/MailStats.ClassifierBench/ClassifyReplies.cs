using BenchmarkDotNet.Attributes;
using MailStats.Classifier.Replies;
using MailStats.Classifier.Rules;

namespace MailStats.ClassifierBench;

/// <summary>Time and allocation of one reply.</summary>
[MemoryDiagnoser]
[InProcess]
[WarmupCount(3)]
[IterationCount(5)]
public class ClassifyReplies
{
    private const int Count = 20_000;

    private readonly SmtpReply[] _mix = ReplyMix.Make(Count);
    private readonly ReplyClassifier _remembering = new([RuleBook.BuiltIn]);
    private readonly ReplyClassifier _forgetful = new([RuleBook.BuiltIn], remembers: false);
    private readonly string _hostile = ReplyMix.Hostile().First(text => text.Name == "words of every rule").Text;

    [Benchmark(OperationsPerInvoke = Count)]
    public int Mix_with_the_cache() => Classify(_remembering);

    [Benchmark(OperationsPerInvoke = Count)]
    public int Mix_without_the_cache() => Classify(_forgetful);

    [Benchmark]
    public bool Hostile_64_KB() => _forgetful.Classify(new SmtpReply { Text = _hostile }).Hard;

    private int Classify(ReplyClassifier classifier)
    {
        var hard = 0;

        foreach (ref readonly var reply in _mix.AsSpan())
        {
            hard += classifier.Classify(reply).Hard ? 1 : 0;
        }

        return hard;
    }
}
