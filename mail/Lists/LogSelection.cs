using System.Net;
using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Search;
using MailStats.Mail.Search.Segments;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;

namespace MailStats.Mail.Lists;

/// <summary>A delivery that a list may show, as what it is now or as what it was before.</summary>
public readonly record struct LogLine(string MessageKey, string Recipient, DeliveryState State, DeliveryStatus Status);

/// <summary>
/// What a list asks for, the same for every store: which lines belong to it and how they are shown, and what the index must
/// say of those that do.
/// </summary>
public sealed class LogSelection<T>
    where T : class
{
    private readonly SearchedTexts _texts = new();

    public required StatisticsScope Scope { get; init; }

    public required TimeRange? Range { get; init; }

    public required SearchQuery Search { get; init; }

    public required LogCursor? Cursor { get; init; }

    public required int Limit { get; init; }

    /// <summary>Whether what something later superseded stands in the list too.</summary>
    public bool WithEarlier { get; init; }

    /// <summary>Whether only failures stand in the list.</summary>
    public bool FailuresOnly { get; init; }

    /// <summary>Whether the filters beside the search let a line through.</summary>
    public required Func<LogLine, bool> Passes { get; init; }

    public required Func<DeliveryId, LogLine, T> Show { get; init; }

    /// <summary>Filters as the index is asked for them.</summary>
    public required IReadOnlyList<IReadOnlyList<IReadOnlyList<SearchToken>>> Filters { get; init; }

    /// <summary>Null when the list is so wide that it is walked: nothing is looked for.</summary>
    public SegmentQuestion? Question() => Search.Terms.Count == 0 && Filters.Count == 0
        ? null
        : new([.. Search.Terms.Select(term => term.Alternatives()), .. Filters, .. ScopeTokens()]);

    /// <summary>Adds a line that belongs to the list; tells whether it did.</summary>
    public bool Take(LogPage<T> page, long at, in LogLine line)
    {
        if (!IsInScope(line.State) || (FailuresOnly && !DeliveryLogView.IsFailure(line.Status)) || !Passes(line))
        {
            return false;
        }

        if (Search.Terms.Count > 0)
        {
            _texts.Read(line.Recipient, line.State);

            if (!Search.Matches(_texts))
            {
                return false;
            }
        }

        var id = DeliveryId.Of(new(Scope.TenantId, line.MessageKey, line.Recipient));
        page.Add(new(at, id, (int)line.Status), Show(id, line));

        return true;
    }

    private bool IsInScope(DeliveryState state) => Scope.Domain is null
        || (state.Mailbox() is { } mailbox && mailbox.Domain == Scope.Domain && (Scope.Mailbox is null || mailbox.Address == Scope.Mailbox));

    private IEnumerable<IEnumerable<IReadOnlyList<SearchToken>>> ScopeTokens()
    {
        yield return [[DeliveryTokens.Tenant(Scope.TenantId)]];

        if ((Scope.Mailbox ?? Scope.Domain) is { } sender)
        {
            yield return [SearchToken.Of(SearchField.From, SearchText.Words(sender))];
        }
    }
}

/// <summary>The lists.</summary>
public static class LogSelection
{
    public static LogSelection<Activity> Of(ActivityQuery query, AddressPrivacy? addresses) => new()
    {
        Scope = query.Scope,
        Range = query.Range,
        Search = query.Search.KnowingForms(addresses),
        Cursor = LogCursor.Parse(query.Cursor),
        Limit = query.Limit,
        WithEarlier = true,
        Passes = line => line.Status != DeliveryStatus.Unknown && Includes(query.Statuses, line.Status),
        Show = (id, line) => DeliveryLogView.Activity(id, line.Recipient, line.State, line.Status),
        Filters = [.. StatusFilter(query.Statuses)],
    };

    public static LogSelection<ErrorEvent> Of(ErrorEventQuery query, AddressPrivacy? addresses) => new()
    {
        Scope = query.Scope,
        Range = query.Range,
        Search = query.Search.KnowingForms(addresses),
        Cursor = LogCursor.Parse(query.Cursor),
        Limit = query.Limit,
        FailuresOnly = true,
        Passes = line => Includes(query.Statuses, line.Status)
            && Fails(line.State, query.Reason, query.ReplyCode, query.UnknownCode)
            && (query.EnhancedCode is null || query.EnhancedCode == (DeliveryLogView.Failing(line.State)?.EnhancedCode ?? ""))
            && (query.Accepted is not { } accepted || IsWithin(line.State.AcceptedAt, accepted))
            && Went(line, query.Provider, query.OutgoingIp),
        Show = (id, line) => DeliveryLogView.ErrorEvent(id, line.Recipient, line.State),
        Filters = Filtered(query.Statuses, query.Reason, query.ReplyCode, query.UnknownCode).Concat(WayFilter(query.Provider, query.OutgoingIp))
                .ToList() is { Count: > 0 } filters
            ? filters
            : query.Search.Terms.Count > 0 ? [.. StatusFilter(DeliveryTokens.Failures)] : [],
    };

    public static LogSelection<DeliverySummary> Of(DeliveryQuery query, AddressPrivacy? addresses) => new()
    {
        Scope = query.Scope,
        Range = query.Range,
        Search = query.Search.KnowingForms(addresses),
        Cursor = LogCursor.Parse(query.Cursor),
        Limit = query.Limit,
        Passes = line => DeliveryLogView.ListedStatus(line.State) is not DeliveryStatus.Unknown and var status
            && Includes(query.Statuses, status)
            && ((query.Reason is null && query.ReplyCode is null && query.UnknownCode is null)
                || Fails(line.State, query.Reason, query.ReplyCode, query.UnknownCode))
            && (query.Tag is null || line.State.Tags.Contains(query.Tag))
            && Went(line, query.Provider, query.OutgoingIp),
        Show = (id, line) => DeliveryLogView.Summary(id, line.Recipient, line.State),
        Filters =
        [
            .. Filtered(query.Statuses, query.Reason, query.ReplyCode, query.UnknownCode),
            .. WayFilter(query.Provider, query.OutgoingIp),
            .. query.Tag is { } tag && SearchText.Words(tag) is { Length: > 0 } words ? [[SearchToken.Of(SearchField.Tag, words)]] : NoFilter,
        ],
    };

    /// <summary>The failures that are still held, each delivery's together.</summary>
    public static LogSelection<IReadOnlyList<ClassifiedDelivery>> Failures(string tenantId, bool unknownOnly, string? cursor, int limit) => new()
    {
        Scope = new(tenantId),
        Range = null,
        Search = SearchQuery.Everything,
        Cursor = LogCursor.Parse(cursor),
        Limit = limit,
        FailuresOnly = true,
        Passes = line => Told(tenantId, line, unknownOnly).Any(),
        Show = (_, line) => [.. Told(tenantId, line, unknownOnly)],
        Filters = [],
    };

    private static IEnumerable<ClassifiedDelivery> Told(string tenantId, in LogLine line, bool unknownOnly) =>
        ReplyHistoryView.Failures(tenantId, line.MessageKey, line.Recipient, line.State, unknownOnly);

    private static IReadOnlyList<IReadOnlyList<IReadOnlyList<SearchToken>>> NoFilter => [];

    private static bool Includes(IReadOnlyList<DeliveryStatus> statuses, DeliveryStatus status) => statuses.Count == 0 || statuses.Contains(status);

    private static bool Fails(DeliveryState state, string? reason, int? replyCode, bool? unknownCode) =>
        DeliveryLogView.Failing(state) is { } failing
        && (reason is null || reason == (failing.Classification?.Reason ?? "unknown"))
        && (replyCode is null || replyCode == (failing.ReplyCode ?? 0))
        && (unknownCode is null || unknownCode == (failing.Classification?.Unknown ?? true));

    private static bool IsWithin(long microseconds, TimeRange range) =>
        microseconds >= UnixTime.ToMicroseconds(range.From) && microseconds < UnixTime.ToMicroseconds(range.To);

    private static bool Went(in LogLine line, string? provider, string? outgoingIp) =>
        (provider is null || (line.State.Provider is { } known && SearchText.Fold(known) == SearchText.Fold(provider)))
        && (outgoingIp is null || UsedAddress(line, outgoingIp));

    private static bool UsedAddress(in LogLine line, string address)
    {
        var texts = new SearchedTexts();
        texts.Read(line.Recipient, line.State);

        return texts.OutgoingAddresses().Contains(address)
            || (IPAddress.TryParse(address, out var ip) && texts.OutgoingAddresses().Contains(ip.ToString()));
    }

    private static IEnumerable<IReadOnlyList<IReadOnlyList<SearchToken>>> WayFilter(string? provider, string? outgoingIp) =>
    [
        .. provider is not null ? [[[DeliveryTokens.Provider(provider)]]] : NoFilter,
        .. outgoingIp is not null && SearchText.Words(outgoingIp) is { Length: > 0 } parts ? [[SearchToken.Of(SearchField.Ip, parts)]] : NoFilter,
    ];

    private static List<IReadOnlyList<IReadOnlyList<SearchToken>>> Filtered(
        IReadOnlyList<DeliveryStatus> statuses, string? reason, int? replyCode, bool? unknownCode) =>
    [
        .. StatusFilter(statuses),
        .. reason is not null ? [[[DeliveryTokens.Reason(reason)]]] : NoFilter,
        .. replyCode is > 0 and var code ? [[[DeliveryTokens.ReplyCode(code)]]] : NoFilter,
        .. unknownCode is true ? [[[DeliveryTokens.Unknown]]] : NoFilter,
    ];

    private static IReadOnlyList<IReadOnlyList<IReadOnlyList<SearchToken>>> StatusFilter(IReadOnlyList<DeliveryStatus> statuses) =>
        statuses.Count == 0 ? [] : [[.. statuses.Select(status => (IReadOnlyList<SearchToken>)[DeliveryTokens.Status(status)])]];
}
