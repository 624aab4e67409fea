using System.Buffers;
using MailStats.Classifier.Receivers;
using MailStats.Classifier.Rules;
using MailStats.Contracts;
using MailStats.Mail.Replies;

namespace MailStats.Classifier.Replies;

/// <summary>Says why a reply refused a recipient and what to do about it. Pure: the same reply gives the same answer.</summary>
/// <param name="books">Rules, those asked first in front; the last are those that come with the classifier.</param>
/// <param name="revision">Revision of the operator's rules, see <see cref="Classification.Revision"/>.</param>
/// <param name="remembers">False judges every reply anew.</param>
internal sealed class ReplyClassifier(IReadOnlyList<RuleBook> books, long revision = 0, bool remembers = true)
{
    private readonly VerdictCache? _cache = remembers ? new() : null;

    public ReplyClassifier(RuleBook book)
        : this([book])
    {
    }

    public long Revision => revision;

    /// <summary>Safe on any number of threads; never throws, whatever the reply.</summary>
    public Classification Classify(in SmtpReply reply) => Classify(in reply, ReceivingProvider.Find(reply.Host, reply.RecipientDomain));

    /// <param name="reply">The reply.</param>
    /// <param name="receiver">The receiving provider where the caller knows it already.</param>
    public Classification Classify(in SmtpReply reply, string? receiver)
    {
        var length = Math.Min(reply.Text?.Length ?? 0, ReplyNormalizer.MaximumLength + 1);
        var rented = ArrayPool<char>.Shared.Rent(VerdictCache.HeadLength + (length * ReplyNormalizer.LargestGrowth));
        var classification = Classify(in reply, receiver, rented);
        ArrayPool<char>.Shared.Return(rented);

        return classification;
    }

    /// <summary>The classification of a failure whose reason its source tells.</summary>
    /// <param name="reason">One of the reasons that come with the classifier.</param>
    /// <param name="final">False while the source goes on trying.</param>
    /// <param name="receiver">The receiving provider, null where none is known.</param>
    public Classification Told(string reason, bool final, string? receiver) =>
        Verdict.Of(books[^1].Reasons[reason], final, receiver, revision).For([], []);

    /// <summary>True when one of the operator's own rules has decided.</summary>
    public bool IsByOwnRule(Classification classification) =>
        books.Take(books.Count - 1).Any(book => book.Rules.Any(rule => rule.Id == classification.Rule));

    private Classification Classify(in SmtpReply reply, string? receiver, Span<char> buffer)
    {
        var normal = ReplyNormalizer.Normalize(reply.Text, reply.Code, buffer[VerdictCache.HeadLength..]);
        var enhanced = EnhancedCode.Parse(reply.EnhancedCode);
        var facts = new ReplyFacts
        {
            Normal = normal,
            Code = reply.Code != 0 ? reply.Code : normal.Code,
            Enhanced = enhanced.IsNone ? normal.Enhanced : enhanced,
            Receiver = receiver ?? ReceivingProvider.FindByHost(normal.Host),
            GivenClass = reply.Code == 0 ? enhanced.Class : 0,
            Final = reply.Final,
            Expired = reply.Expired,
        };

        if (_cache is null)
        {
            return Judge(facts).For(normal.Ip, reply.Text);
        }

        var key = VerdictCache.WriteKey(facts, buffer);

        if (!_cache.TryGet(key, out var verdict))
        {
            verdict = Judge(facts);
            _cache.Add(key, verdict);
        }

        return verdict.For(normal.Ip, reply.Text);
    }

    private Verdict Judge(in ReplyFacts facts)
    {
        Rule? rule = null;

        for (var index = 0; rule is null && index < books.Count; index++)
        {
            rule = FindRule(books[index], facts);
        }

        return Verdict.Of(rule, HasGivenUp(books[^1], facts) ? facts with { Final = true } : facts, books[^1].Reasons, revision);
    }

    /// <summary><c>Message expired: … &lt;421 4.4.0 …&gt;</c>: what stands around the last refusal tells that nobody tries again.</summary>
    private static bool HasGivenUp(RuleBook rules, in ReplyFacts facts) =>
        facts.Final is null
        && facts.Normal.InnerCode / 100 == 4
        && rules.Find(facts.Normal.Text[..facts.Normal.InnerStart], 0, default, null, SmtpPhase.Unknown)?.Reason.Id == Reason.Expired;

    /// <summary>Of two replies the innermost is the cause; where it says nothing, the whole does.</summary>
    private static Rule? FindRule(RuleBook rules, in ReplyFacts facts)
    {
        var normal = facts.Normal;
        var whole = rules.Find(normal.Text, facts.Code, facts.Enhanced, facts.Receiver, normal.Phase);

        if (whole is { Whole: true })
        {
            return whole;
        }

        if (NestedVerification.FindOutcome(normal.Text) is var outcome and > 0 && outcome > normal.InnerStart)
        {
            return Prefer(rules.Find(normal.Text[outcome..], facts.Code, default, facts.Receiver, normal.Phase), whole);
        }

        return normal.InnerStart == 0
            ? whole
            : Prefer(rules.Find(normal.Text[normal.InnerStart..], normal.InnerCode, normal.InnerEnhanced, facts.Receiver, normal.Phase), whole);
    }

    private static Rule? Prefer(Rule? inner, Rule? whole) =>
        inner is { Phrases.Count: > 0 } || whole is null or { Phrases.Count: 0 } ? inner ?? whole : whole;
}
