using MailStats.Contracts;
using MailStats.Mail.Replies;
using MailStats.Stores.Replies;

namespace MailStats.Classifier.UnknownReplies;

/// <summary>Groups what no rule knew by its kind.</summary>
internal sealed class UnknownReplyGroups(IReplyHistory history)
{
    private const int MostFailures = 50_000;
    private const int PageSize = 2000;

    public async Task<UnknownReplyList> CollectAsync(string tenantId, int limit, CancellationToken cancellationToken)
    {
        var groups = new Dictionary<string, Group>(StringComparer.Ordinal);
        var examined = 0;
        string? cursor = null;

        do
        {
            var page = await history.FailuresAsync(
                new ReplyHistoryQuery { TenantId = tenantId, UnknownOnly = true, Cursor = cursor, Limit = PageSize },
                cancellationToken);

            foreach (var failure in page.Items)
            {
                Add(groups, failure.Event);
            }

            examined += page.Items.Count;
            cursor = page.Next;
        }
        while (cursor is not null && examined < MostFailures);

        return new UnknownReplyList(
            [.. groups.Values
                .OrderByDescending(group => group.Count)
                .ThenBy(group => group.Fingerprint, StringComparer.Ordinal)
                .Take(limit)
                .Select(group => group.ToItem())],
            cursor is null);
    }

    private static void Add(Dictionary<string, Group> groups, DeliveryEvent failure)
    {
        var fingerprint = ReplyFingerprint.Of(failure.ReplyCode ?? 0, failure.EnhancedCode, failure.ReplyText);

        if (!groups.TryGetValue(fingerprint, out var group))
        {
            groups.Add(fingerprint, group = new Group(fingerprint, failure));
        }

        group.Add(failure);
    }

    private sealed class Group(string fingerprint, DeliveryEvent one)
    {
        private DateTimeOffset _first = one.OccurredAt;
        private DateTimeOffset _last = one.OccurredAt;
        private DeliveryEvent _example = one;
        private (string, string) _delivery;

        public string Fingerprint => fingerprint;

        public int Count { get; private set; }

        /// <summary>A deferral and a bounce of one delivery count once; they come one after the other.</summary>
        public void Add(DeliveryEvent failure)
        {
            var delivery = (failure.MessageKey, failure.Recipient);
            Count += delivery == _delivery ? 0 : 1;
            _delivery = delivery;
            _first = failure.OccurredAt < _first ? failure.OccurredAt : _first;
            _last = failure.OccurredAt > _last ? failure.OccurredAt : _last;
            _example = Compare(failure, _example) > 0 ? failure : _example;
        }

        /// <summary>The later one is the greater, and of the same instant what it says decides: not which one came first.</summary>
        private static int Compare(DeliveryEvent left, DeliveryEvent right)
        {
            var order = left.OccurredAt.CompareTo(right.OccurredAt);
            order = order != 0 ? order : string.CompareOrdinal(left.ReplyText, right.ReplyText);
            order = order != 0 ? order : string.CompareOrdinal(left.EnhancedCode, right.EnhancedCode);
            order = order != 0 ? order : Nullable.Compare(left.ReplyCode, right.ReplyCode);

            return order != 0 ? order : string.CompareOrdinal(left.RemoteHost, right.RemoteHost);
        }

        public UnknownReplyItem ToItem() => new(
            fingerprint,
            Count,
            ReplyFingerprint.MaskedText(_example.ReplyCode ?? 0, _example.ReplyText),
            _example.ReplyCode,
            _example.EnhancedCode,
            _example.ReplyText,
            _example.RemoteHost,
            _first,
            _last);
    }
}

/// <param name="Items">Most frequent first.</param>
/// <param name="Complete">False when older failures were not looked at, because there are too many.</param>
public sealed record UnknownReplyList(IReadOnlyList<UnknownReplyItem> Items, bool Complete);

/// <param name="Fingerprint">Names the kind.</param>
/// <param name="Count">Deliveries that failed with it.</param>
/// <param name="Text">What the replies have in common.</param>
/// <param name="SmtpCode">Reply code.</param>
/// <param name="EnhancedCode">Enhanced status code.</param>
/// <param name="Example">The latest reply of the kind.</param>
/// <param name="Host">The server that gave it.</param>
/// <param name="FirstSeen">Of those still kept.</param>
/// <param name="LastSeen">Of those still kept.</param>
public sealed record UnknownReplyItem(
    string Fingerprint,
    int Count,
    string Text,
    int? SmtpCode,
    string? EnhancedCode,
    string? Example,
    string? Host,
    DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen);
