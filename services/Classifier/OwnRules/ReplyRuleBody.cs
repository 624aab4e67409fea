using MailStats.ServiceDefaults;
using MailStats.Stores.Replies;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MailStats.Classifier.OwnRules;

/// <summary>A rule as an operator writes it. What is given must all hold; of several phrases or codes one is enough.</summary>
public sealed record ReplyRuleBody
{
    private const int LongestText = 500;
    private const int MostItems = 20;

    /// <summary>Names the rule: lower-case letters, digits and hyphens, up to 63. One that exists is overwritten; made from the content where absent.</summary>
    /// <example>"shop-mailbox-closed"</example>
    public string? Id { get; init; }

    /// <summary>The reason it gives, see <c>GET /v1/bounce-reasons</c>.</summary>
    /// <example>"recipient_disabled"</example>
    [Reason]
    public string? Reason { get; init; }

    /// <summary>
    /// Words that must occur, without regard to case and spacing. <c>(a|b)</c> stands for either, <c>a .. b</c> wants b within a
    /// few words after a.
    /// </summary>
    /// <example>["mailbox .. (shut|closed) by owner"]</example>
    public IReadOnlyList<string> Phrases { get; init; } = [];

    /// <summary>Words that must not occur.</summary>
    public IReadOnlyList<string> Unless { get; init; } = [];

    /// <summary>Reply codes: <c>550</c>, <c>5xx</c>.</summary>
    public IReadOnlyList<string> Codes { get; init; } = [];

    /// <summary>Enhanced status codes: <c>5.7.1</c>, <c>x.7.x</c>, <c>5.7.600-649</c>.</summary>
    public IReadOnlyList<string> EnhancedCodes { get; init; } = [];

    /// <summary>Receiving providers, as <c>GET /v1/providers</c> names them.</summary>
    public IReadOnlyList<string> Receivers { get; init; } = [];

    /// <summary>The kind of reply it is for, as <c>GET /v1/unknown-replies</c> names it.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Whether a permanent failure proves the address bad; the reason decides where absent.</summary>
    public bool? Hard { get; init; }

    /// <summary>
    /// What to do; the reason's own advice where absent. May have places for what the reply tells: {receiver}, {list}, {lookup},
    /// {ip}, {missing} (SPF, DKIM, DMARC) and {limit}; what stands in [] is left out where the reply does not fill it.
    /// </summary>
    public string? Advice { get; init; }

    /// <summary>A page about it.</summary>
    public string? Documentation { get; init; }

    /// <summary>The rule, or what is wrong with it by field.</summary>
    internal bool TryRead(string tenantId, DateTimeOffset now, out ReplyRule rule, out Dictionary<string, string[]> problems)
    {
        var found = new Dictionary<string, List<string>>();
        rule = new ReplyRule
        {
            TenantId = tenantId,
            Id = Id ?? MakeId(),
            Reason = Reason ?? string.Empty,
            Phrases = Phrases,
            Unless = Unless,
            Codes = Codes,
            EnhancedCodes = EnhancedCodes,
            Receivers = Receivers,
            Fingerprint = Fingerprint,
            Hard = Hard,
            Advice = Advice,
            Documentation = Documentation,
            CreatedAt = now,
        };

        CheckLengths(Tell);

        if (found.Count == 0)
        {
            OwnRuleBook.Compile(rule, Tell);
        }

        problems = found.ToDictionary(problem => problem.Key, problem => problem.Value.ToArray());

        return found.Count == 0;

        void Tell(string field, string mistake)
        {
            if (!found.TryGetValue(field, out var mistakes))
            {
                found.Add(field, mistakes = []);
            }

            mistakes.Add(mistake);
        }
    }

    private void CheckLengths(Action<string, string> tell)
    {
        if (Id is { } id && (id.Length is 0 or > 63 || !id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')))
        {
            tell("id", "must be 1 to 63 lower-case letters, digits and hyphens");
        }

        foreach (var (field, items) in new[]
        {
            ("phrases", Phrases), ("unless", Unless), ("codes", Codes), ("enhancedCodes", EnhancedCodes), ("receivers", Receivers),
        })
        {
            if (items.Count > MostItems)
            {
                tell(field, $"must not have more than {MostItems} items");
            }

            if (items.Any(item => item is null || item.Length > LongestText))
            {
                tell(field, $"items must not be null or longer than {LongestText} characters");
            }
        }

        if (Advice?.Length > LongestText)
        {
            tell("advice", $"must not be longer than {LongestText} characters");
        }

        if (Documentation is { } page
            && (page.Length > LongestText || !Uri.TryCreate(page, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")))
        {
            tell("documentation", $"must be an http or https address of up to {LongestText} characters");
        }
    }

    private string MakeId()
    {
        var content = JsonSerializer.Serialize(new { Reason, Phrases, Unless, Codes, EnhancedCodes, Receivers, Fingerprint });
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)).AsSpan(0, 4));

        return $"{(Reason ?? "rule").Replace('_', '-')}-{hash}";
    }
}

/// <summary>A rule as it stands. One with mistakes was saved by another release; it is set aside until it is mended or removed.</summary>
public sealed record ReplyRuleItem(
    string Id,
    [property: Reason] string Reason,
    IReadOnlyList<string> Phrases,
    IReadOnlyList<string> Unless,
    IReadOnlyList<string> Codes,
    IReadOnlyList<string> EnhancedCodes,
    IReadOnlyList<string> Receivers,
    string? Fingerprint,
    bool? Hard,
    string? Advice,
    string? Documentation,
    DateTimeOffset CreatedAt,
    IReadOnlyList<string> Mistakes)
{
    internal static ReplyRuleItem Of(ReplyRule rule) => new(
        rule.Id, rule.Reason, rule.Phrases, rule.Unless, rule.Codes, rule.EnhancedCodes, rule.Receivers,
        rule.Fingerprint, rule.Hard, rule.Advice, rule.Documentation, rule.CreatedAt, OwnRuleBook.MistakesIn(rule));
}
