using MailStats.Classifier.Rules;
using MailStats.Contracts;
using MailStats.Mail.Replies;

namespace MailStats.Classifier.Replies;

/// <summary>What was made of a reply, apart from the address in it.</summary>
internal sealed class Verdict
{
    private readonly Classification _unfilled;
    private readonly AdviceTemplate _advice;
    private readonly Rule? _rule;
    private readonly string _receiver;
    private readonly string? _missing;
    private readonly bool _usesIp;
    private readonly bool _usesLimit;
    private readonly bool _isFinal;
    private readonly bool _isWaiting;
    private volatile Classification? _plain;
    private volatile Told? _last;

    private Verdict(Classification classification, AdviceTemplate advice, Rule? rule, string receiver, string? missing, bool known)
    {
        // What no code and no event tells is neither: advice then speaks of neither end nor retry, except that a bad address stays bad.
        _isFinal = classification.Permanent && (known || classification.Hard);
        _isWaiting = !classification.Permanent;
        _advice = advice;
        _rule = rule;
        _receiver = receiver;
        _missing = missing;
        _usesIp = advice.Places.HasFlag(AdvicePlaces.Ip) || rule?.Lookup is not null;
        _usesLimit = advice.Places.HasFlag(AdvicePlaces.Limit);
        _unfilled = classification;
    }

    public static Verdict Of(Rule? rule, in ReplyFacts facts, IReadOnlyDictionary<string, Reason> reasons, long revision)
    {
        var reason = rule?.Reason ?? reasons[facts.Expired ? Reason.Expired : Reason.Unknown];
        var permanent = facts.Final ?? facts.Class != 4;

        var advice = rule?.Advice ?? reason.Advice;

        return new Verdict(
            new Classification
            {
                Reason = reason.Id,
                Hard = IsHard(rule, reason, facts),
                Permanent = permanent,
                Unknown = reason.Id == Reason.Unknown,
                Actor = reason.Actor,
                Advice = string.Empty,
                Rule = rule?.Id,
                Revision = revision,
            },
            advice,
            rule,
            facts.Receiver ?? "the receiving server",
            advice.Places.HasFlag(AdvicePlaces.Missing) ? rule?.Missing ?? FailedMechanisms.Find(facts.Normal.Text) : null,
            facts.Final is not null || facts.Class != 0 || reason.Id == Reason.Expired);
    }

    /// <summary>What a source tells itself, without a reply.</summary>
    public static Verdict Of(Reason reason, bool final, string? receiver, long revision) => new(
        new Classification
        {
            Reason = reason.Id,
            Hard = final && reason.Hard,
            Permanent = final,
            Unknown = false,
            Actor = reason.Actor,
            Advice = string.Empty,
            Rule = SourceVerdicts.RuleId,
            Revision = revision,
        },
        reason.Advice, null, receiver ?? "the receiving server", null, known: true);

    /// <summary>The classification of a reply.</summary>
    /// <param name="ip">The address in it, or none.</param>
    /// <param name="text">The reply as the source gives it.</param>
    public Classification For(ReadOnlySpan<char> ip, ReadOnlySpan<char> text)
    {
        var limit = _usesLimit ? NamedLimit.Find(_unfilled.Reason, text) : null;
        var link = LinkInReply.Find(text);

        if (!_usesIp)
        {
            ip = [];
        }

        if (ip.IsEmpty && limit is null && link.IsEmpty)
        {
            return _plain ??= Fill([], null, []);
        }

        // It is the sender's own address and the receiver's one limit and page, so all are nearly always the same.
        if (_last is not { } last || !ip.SequenceEqual(last.Ip) || limit != last.Limit || !link.SequenceEqual(last.Link))
        {
            last = new Told(ip.ToString(), limit, link.ToString(), Fill(ip, limit, link));
            _last = last;
        }

        return last.Classification;
    }

    /// <summary>
    /// Only a permanent failure proves an address bad; 4xx never does, except where the finding itself is final. What is said before
    /// RCPT TO cannot be about the recipient: nobody has named one yet.
    /// </summary>
    private static bool IsHard(Rule? rule, Reason reason, in ReplyFacts facts)
    {
        if (facts.Final == false
            || facts.Normal.InnerCode / 100 == 4
            || facts.Normal.Phase is SmtpPhase.Connection or SmtpPhase.MailFrom
            || !(rule?.Hard ?? reason.Hard))
        {
            return false;
        }

        return facts.Class != 4 || (rule is { Finding: true } && facts.Code == 0);
    }

    private Classification Fill(ReadOnlySpan<char> ip, string? limit, ReadOnlySpan<char> link)
    {
        var address = ip.IsEmpty ? null : ip.ToString();
        var named = link.IsEmpty ? null : link.ToString();
        var page = _rule?.Lookup is { } lookup && address is not null
            ? lookup.Replace("{ip}", address, StringComparison.Ordinal)
            : named ?? _rule?.Documentation;

        return _unfilled with
        {
            Documentation = page ?? _rule?.Reason.Documentation,
            Advice = _advice.Fill(new AdviceValues(_receiver, _rule?.List, page, address, _missing, limit, named, _isFinal, _isWaiting)),
        };
    }

    private sealed record Told(string Ip, string? Limit, string Link, Classification Classification);
}
