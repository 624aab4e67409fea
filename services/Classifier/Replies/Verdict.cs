using MailStats.Classifier.Rules;
using MailStats.Contracts;

namespace MailStats.Classifier.Replies;

/// <summary>What was made of a reply, apart from the address in it.</summary>
internal sealed class Verdict
{
    private readonly Classification _withoutIp;
    private readonly AdviceTemplate _advice;
    private readonly Rule? _rule;
    private readonly string _receiver;
    private readonly bool _usesIp;
    private volatile Told? _last;

    private Verdict(Classification classification, AdviceTemplate advice, Rule? rule, string receiver)
    {
        _advice = advice;
        _rule = rule;
        _receiver = receiver;
        _usesIp = advice.Uses("ip") || rule?.Lookup is not null;
        _withoutIp = Fill(classification, []);
    }

    public static Verdict Of(Rule? rule, in ReplyFacts facts, IReadOnlyDictionary<string, Reason> reasons, long revision)
    {
        var reason = rule?.Reason ?? reasons[facts.Expired ? Reason.Expired : Reason.Unknown];
        var permanent = facts.Final ?? facts.Class != 4;

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
            rule?.Advice ?? reason.Advice,
            rule,
            facts.Receiver ?? "the receiving server");
    }

    /// <summary>The classification of a reply that names <paramref name="ip"/>, or none.</summary>
    public Classification For(ReadOnlySpan<char> ip)
    {
        if (!_usesIp || ip.IsEmpty)
        {
            return _withoutIp;
        }

        // It is the sender's own address, so it is nearly always the same.
        if (_last is not { } last || !ip.SequenceEqual(last.Ip))
        {
            last = new Told(ip.ToString(), Fill(_withoutIp, ip));
            _last = last;
        }

        return last.Classification;
    }

    /// <summary>Only a permanent failure proves an address bad; 4xx never does, except where the finding itself is final.</summary>
    private static bool IsHard(Rule? rule, Reason reason, in ReplyFacts facts)
    {
        if (facts.Final == false || !(rule?.Hard ?? reason.Hard))
        {
            return false;
        }

        return facts.Class != 4 || rule is { Finding: true };
    }

    private Classification Fill(Classification classification, ReadOnlySpan<char> ip)
    {
        var address = ip.ToString();
        var lookup = _rule?.Lookup is { } page && address.Length > 0
            ? page.Replace("{ip}", address, StringComparison.Ordinal)
            : _rule?.Documentation;

        return classification with
        {
            Documentation = lookup ?? _rule?.Reason.Documentation,
            Advice = _advice.Fill(place => place switch
            {
                "receiver" => _receiver,
                "list" => _rule?.List ?? "a block list",
                "lookup" => lookup ?? "the link in the reply",
                "ip" => address.Length > 0 ? address : "your server's address",
                "missing" => _rule?.Missing ?? "SPF, DKIM or DMARC",
                _ => string.Empty,
            }),
        };
    }

    private sealed record Told(string Ip, Classification Classification);
}
