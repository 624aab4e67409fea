using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Search;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Deliveries;
using MailStats.Stores.Sqlite.Search;
using MailStats.Stores.Sqlite.Statistics;
using MailStats.Stores.Upkeep;

namespace MailStats.Stores.Sqlite.Lists;

/// <summary>
/// By the search index. While that is being made anew the tenant's deliveries are walked hour by hour: an index of its own would
/// cost every delivery what a few reports need.
/// </summary>
internal sealed class SqliteReportedDeliveryStore(
    SqliteDatabase database, SqlitePrivacy privacy, SqliteSearch search, UnreadableRows unreadable) : IReportedDeliveryStore
{
    private const long MicrosecondsPerHour = 3_600_000_000;

    public Task<IReadOnlyList<ReportedDelivery>> FindAsync(
        string tenantId, string recipient, string? messageId, TimeRange within, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ReportedDelivery>>(database.Read(session => Find(session, tenantId, recipient, messageId, within, cancellationToken)));

    private List<ReportedDelivery> Find(
        SqliteSession session, string tenantId, string recipient, string? messageId, TimeRange within, CancellationToken cancellationToken)
    {
        if (SqliteStatisticsStore.Find(session, new(tenantId)) is not { Id: var tenant })
        {
            return [];
        }

        string[] forms = privacy.AddressesIfAny(session) is { } addresses
            ? [recipient, addresses.Protect(recipient, AddressForm.Masked), addresses.Protect(recipient, AddressForm.Hashed)]
            : [recipient];

        if (messageId is { Length: > 0 } && Ask(session, tenant, Selection(tenantId, forms, messageId, null), cancellationToken) is { Count: > 0 } named)
        {
            return named;
        }

        var selection = Selection(tenantId, forms, null, within);

        return Ask(session, tenant, selection, cancellationToken) ?? Walk(session, tenant, forms, messageId, within, cancellationToken);
    }

    /// <summary>Null when the index cannot be asked.</summary>
    private List<ReportedDelivery>? Ask(SqliteSession session, long tenant, LogSelection<ReportedDelivery> selection, CancellationToken cancellationToken)
    {
        var page = new LogPage<ReportedDelivery>(selection.Limit, null);

        return search.TryFill(session, tenant, selection.Question()!, selection, page, cancellationToken) ? [.. page.ToPage().Items.Reverse()] : null;
    }

    /// <param name="tenantId">Whose deliveries.</param>
    /// <param name="forms">The recipient, in each form in which it may be kept.</param>
    /// <param name="messageId">Null: whatever the mail's id is.</param>
    /// <param name="within">Null: whenever it was.</param>
    private static LogSelection<ReportedDelivery> Selection(string tenantId, string[] forms, string? messageId, TimeRange? within) => new()
    {
        Scope = new(tenantId),
        Range = within,
        Search = SearchQuery.Everything,
        Cursor = null,
        Limit = IReportedDeliveryStore.MaxFound,
        Passes = line => Array.IndexOf(forms, line.Recipient) >= 0 && (messageId is null || line.State.MessageId == messageId),
        Show = (_, line) => Of(line),
        Filters =
        [
            [.. forms.Select(form => SearchToken.Of(SearchField.To, SearchText.Words(form)))],
            .. messageId is not null && SearchText.Words(messageId) is { Length: > 0 } words
                ? (IReadOnlyList<IReadOnlyList<IReadOnlyList<SearchToken>>>)[[SearchToken.Of(SearchField.Id, words)]]
                : [],
        ],
    };

    private List<ReportedDelivery> Walk(
        SqliteSession session, long tenant, string[] forms, string? messageId, TimeRange within, CancellationToken cancellationToken)
    {
        var (from, to) = (UnixTime.ToMicroseconds(within.From), UnixTime.ToMicroseconds(within.To));
        var found = new List<(long At, ReportedDelivery Delivery)>();
        var examined = 0;

        // The latest first: a report comes soon after its mail.
        for (var hour = (to - 1) / MicrosecondsPerHour;
            (hour + 1) * MicrosecondsPerHour > from && examined < IReportedDeliveryStore.MaxExamined;
            hour--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // As the index has it: whose it is and whether it failed are one number.
            var rows = session.Prepare(
                """
                SELECT at, state, status FROM deliveries
                WHERE at / 3600000000 = ?1 AND 2 * tenant + ((106 >> status) & 1) IN (2 * ?2, 2 * ?2 + 1) LIMIT ?3
                """).Bind(1, hour).Bind(2, tenant).Bind(3, IReportedDeliveryStore.MaxExamined - examined);

            while (rows.Step())
            {
                examined++;
                var at = rows.Long(0);

                if (at >= from && at < to
                    && unreadable.Read("deliveries", () => DeliveryCodec.RecipientOf(rows.Blob(1), session.Texts)) is { } recipient
                    && Array.IndexOf(forms, recipient) >= 0
                    && unreadable.TryDecode(rows.Blob(1), session.Texts, out var delivery))
                {
                    found.Add((at, Of(new(delivery.MessageKey, delivery.Recipient, delivery.State, (DeliveryStatus)rows.Int(2)))));
                }
            }
        }

        var named = found.FindAll(one => messageId is not null && one.Delivery.MessageId == messageId);

        return [.. (named.Count > 0 ? named : found).OrderBy(one => one.At).ThenBy(one => one.Delivery.MessageKey, StringComparer.Ordinal)
            .Select(one => one.Delivery).TakeLast(IReportedDeliveryStore.MaxFound)];
    }

    private static ReportedDelivery Of(in LogLine line) => new(
        line.MessageKey, line.Recipient, line.State.MessageId, line.State.QueueId, line.State.Sender, line.State.HeaderFrom,
        UnixTime.FromMicroseconds(line.State.AcceptedAt));
}
