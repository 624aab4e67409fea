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

    public static IReadOnlyList<DeliveryStatus> Failures { get; } =
        [DeliveryStatus.Rejected, DeliveryStatus.Deferred, DeliveryStatus.SoftBounced, DeliveryStatus.HardBounced];

    public static SearchToken Unknown { get; } = new("z", false);

    public static SearchToken Tenant(string tenantId) => Token('n', tenantId);

    public static SearchToken Provider(string name) => Token('o', SearchText.Fold(name));

    public static SearchToken Reason(string reason) => Token('r', reason);

    public static SearchToken ReplyCode(int code) => Token('s', code.ToString(CultureInfo.InvariantCulture));

    public static SearchToken Status(DeliveryStatus status) => Token('t', ((int)status).ToString(CultureInfo.InvariantCulture));

    /// <summary>The lines of a delivery: what it is now, and what it was before.</summary>
    public static void AddDocuments(long row, DeliveryState state, List<SegmentDocument> documents)
    {
        var earlier = new List<(DeliveryStatus Status, Outcome Outcome)>();
        state.AddEarlierActivities(earlier);
        documents.Add(new(row, state.StatusAt(), 0));

        foreach (var (status, outcome) in earlier)
        {
            documents.Add(new(row, outcome.At, (int)status));
        }
    }

    /// <summary>Hands on all tokens, some more than once.</summary>
    public static void Each(string tenantId, string recipient, DeliveryState state, SearchedTexts texts, TokenTaker take)
    {
        var earlier = new List<(DeliveryStatus Status, Outcome Outcome)>();
        state.AddEarlierActivities(earlier);
        take(Tenant(tenantId).Text);
        take(Status(state.Status()).Text);
        earlier.ForEach(activity => take(Status(activity.Status).Text));

        if (state.Provider is { } provider)
        {
            take(Provider(provider).Text);
        }

        if (DeliveryLogView.Failing(state) is { } failing)
        {
            take(Reason(failing.Classification?.Reason ?? "unknown").Text);

            if (failing.ReplyCode is { } code)
            {
                take(ReplyCode(code).Text);
            }

            if (failing.Classification?.Unknown ?? true)
            {
                take(Unknown.Text);
            }
        }

        texts.Read(recipient, state);

        SearchToken.Each(texts, take);
    }

    /// <summary>The same as a set; null where there are more than the index keeps.</summary>
    public static IReadOnlyCollection<string>? All(string tenantId, string recipient, DeliveryState state, SearchedTexts texts)
    {
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        var lookup = tokens.GetAlternateLookup<ReadOnlySpan<char>>();
        Each(tenantId, recipient, state, texts, token => lookup.Add(token));

        return tokens.Count > SegmentBuilder.MaxTokens ? null : tokens;
    }

    private static SearchToken Token(char letter, string text) =>
        new(string.Concat([letter], text.AsSpan(0, Math.Min(text.Length, SearchToken.MaxLength))), false);
}
