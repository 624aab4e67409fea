using System.Globalization;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Search;
using MailStats.Mail.Search.Segments;

namespace MailStats.Mail.Lists;

/// <summary>
/// What the index says of a delivery: its words (<see cref="SearchToken"/>), and what lists are filtered by under letters that
/// no field of words has. Append only; whoever changes what a letter means raises <see cref="Format"/>.
/// </summary>
public static class DeliveryTokens
{
    /// <summary>An index of another format is made anew. 2: before it, merging could lose what was newest of a delivery.</summary>
    public const int Format = 2;

    private const char OfTenant = 'n';
    private const char OfProvider = 'o';
    private const char OfReason = 'r';
    private const char OfReplyCode = 's';
    private const char OfStatus = 't';
    private const char OfUnknown = 'z';

    public static IReadOnlyList<DeliveryStatus> Failures { get; } =
        [DeliveryStatus.Rejected, DeliveryStatus.Deferred, DeliveryStatus.SoftBounced, DeliveryStatus.HardBounced];

    public static SearchToken Unknown { get; } = Token(OfUnknown, "");

    public static SearchToken Tenant(string tenantId) => Token(OfTenant, tenantId);

    public static SearchToken Provider(string name) => Token(OfProvider, SearchText.Fold(name));

    public static SearchToken Reason(string reason) => Token(OfReason, reason);

    public static SearchToken ReplyCode(int code) => Token(OfReplyCode, Number(code));

    public static SearchToken Status(DeliveryStatus status) => Token(OfStatus, Number((int)status));

    /// <summary>The lines of a delivery: what it is now, and what it was before.</summary>
    public static void AddDocuments(long row, DeliveryState state, List<SegmentDocument> documents)
    {
        documents.Add(new(row, state.StatusAt(), 0));

        foreach (var (status, outcome) in Earlier(state))
        {
            documents.Add(new(row, outcome.At, (int)status));
        }
    }

    /// <summary>Hands on all tokens, some more than once.</summary>
    public static void Each(string tenantId, string recipient, DeliveryState state, SearchedTexts texts, ITokenTaker taker)
    {
        taker.Add(OfTenant, tenantId);
        taker.Add(OfStatus, Number((int)state.Status()));

        foreach (var (status, _) in Earlier(state))
        {
            taker.Add(OfStatus, Number((int)status));
        }

        if (state.Provider is { } provider)
        {
            taker.Add(OfProvider, SearchText.Fold(provider));
        }

        if (DeliveryLogView.Failing(state) is { } failing)
        {
            taker.Add(OfReason, failing.Classification?.Reason ?? "unknown");

            if (failing.ReplyCode is { } code)
            {
                taker.Add(OfReplyCode, Number(code));
            }

            if (failing.Classification?.Unknown ?? true)
            {
                taker.Add(OfUnknown, "");
            }
        }

        texts.Read(recipient, state);

        SearchToken.Each(texts, taker);
    }

    /// <summary>The same as a set; null where there are more than the index keeps.</summary>
    public static IReadOnlyCollection<string>? All(string tenantId, string recipient, DeliveryState state, SearchedTexts texts)
    {
        var set = new TokenSet();
        Each(tenantId, recipient, state, texts, set);

        return set.Tokens.Count > SegmentBuilder.MaxTokens ? null : set.Tokens;
    }

    private static List<(DeliveryStatus Status, Outcome Outcome)> Earlier(DeliveryState state)
    {
        var earlier = new List<(DeliveryStatus Status, Outcome Outcome)>();
        state.AddEarlierActivities(earlier);

        return earlier;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static SearchToken Token(char letter, string text) => new(SearchToken.Cut(letter, text), false);
}
