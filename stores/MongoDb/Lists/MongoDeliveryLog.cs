using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Statistics;
using MailStats.Stores.Lists;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Deliveries;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Lists;

internal sealed class MongoDeliveryLog(MongoDatabase database, MongoTexts texts, MongoPrivacy privacy) : IDeliveryLog
{
    /// <summary>Rows looked at for one page; see <see cref="LogPage{T}"/>.</summary>
    private const int MaxLookedAt = 50_000;

    /// <summary>
    /// Failures of one reason and one microsecond among which the example is chosen. Sources count in seconds, and a bulk
    /// mailing fails by the hundred in one; past it the choice is among some of them.
    /// </summary>
    private const int MaxTiedExamples = 500;

    public Task<Page<Activity>> ActivitiesAsync(ActivityQuery query, CancellationToken cancellationToken)
    {
        var cursor = LogCursor.Parse(query.Cursor);

        return database.UseAsync(
            async () =>
            {
                var search = await SearchAsync(query.Search, cancellationToken);
                var filter = MongoLogRows.Filter(query.Scope, query.Range, cursor);
                await using var current = MongoLogRows.ReadAsync(database.Deliveries, filter, cursor, query.Limit, cancellationToken)
                    .GetAsyncEnumerator(cancellationToken);
                await using var earlier = MongoLogRows.ReadAsync(database.Earlier, filter, cursor, query.Limit, cancellationToken)
                    .GetAsyncEnumerator(cancellationToken);
                var page = new LogPage<Activity>(query.Limit, MaxLookedAt);
                var hasCurrent = await current.MoveNextAsync();
                var hasEarlier = await earlier.MoveNextAsync();

                while (!page.IsFull && (hasCurrent || hasEarlier))
                {
                    var fromCurrent = hasCurrent && (!hasEarlier || MongoLogRows.Compare(current.Current.Place, earlier.Current.Place) >= 0);
                    var (place, row) = fromCurrent ? current.Current : earlier.Current;
                    page.LookAt(place);
                    var document = fromCurrent ? row : await DeliveryAsync(row["e"].AsString, cancellationToken);

                    if (document is not null)
                    {
                        var delivery = texts.Read(document);
                        var status = (DeliveryStatus)place.Status;

                        if (query.Matches(search, delivery.Recipient, delivery.State, status))
                        {
                            page.Add(DeliveryLogView.Activity(query.Scope.TenantId, delivery, status));
                        }
                    }

                    if (fromCurrent)
                    {
                        hasCurrent = await current.MoveNextAsync();
                    }
                    else
                    {
                        hasEarlier = await earlier.MoveNextAsync();
                    }
                }

                return page.ToPage(!hasCurrent && !hasEarlier);
            },
            cancellationToken);
    }

    public Task<Page<ErrorEvent>> ErrorEventsAsync(ErrorEventQuery query, CancellationToken cancellationToken)
    {
        var cursor = LogCursor.Parse(query.Cursor);

        return database.UseAsync(
            async () =>
            {
                var search = await SearchAsync(query.Search, cancellationToken);
                var filter = MongoLogRows.Filter(query.Scope, query.Range, cursor).Add("f", true);
                var page = new LogPage<ErrorEvent>(query.Limit, MaxLookedAt);
                await using var rows = MongoLogRows.ReadAsync(database.Deliveries, filter, cursor, query.Limit, cancellationToken)
                    .GetAsyncEnumerator(cancellationToken);
                var has = await rows.MoveNextAsync();

                while (!page.IsFull && has)
                {
                    page.LookAt(rows.Current.Place);
                    var delivery = texts.Read(rows.Current.Row);
                    var shown = DeliveryLogView.ErrorEvent(query.Scope.TenantId, delivery);

                    if (query.Matches(search, shown, delivery.State))
                    {
                        page.Add(shown);
                    }

                    has = await rows.MoveNextAsync();
                }

                return page.ToPage(!has);
            },
            cancellationToken);
    }

    public Task<ErrorEvent?> ExampleAsync(StatisticsScope scope, ReasonCount reason, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                var key = MongoKeys.Reason(new(reason.Reason, reason.ReplyCode, reason.EnhancedCode, reason.Hard));
                var filter = new BsonDocument { { "x", key }, { MongoKeys.Field(scope), MongoKeys.Scope(scope) } };
                var latest = await database.Deliveries.Find(filter).Sort(new BsonDocument("at", -1)).FirstOrDefaultAsync(cancellationToken);

                if (latest is null)
                {
                    return null;
                }

                var tied = await database.Deliveries.Find(filter.Add("at", latest["at"])).Limit(MaxTiedExamples).ToListAsync(cancellationToken);

                return tied.Select(row => DeliveryLogView.ErrorEvent(scope.TenantId, texts.Read(row)))
                    .OrderDescending(Comparer<ErrorEvent>.Create(DeliveryLogView.CompareExamples))
                    .FirstOrDefault();
            },
            cancellationToken);

    private Task<BsonDocument?> DeliveryAsync(string key, CancellationToken cancellationToken) =>
        database.Deliveries.Find(new BsonDocument("_id", key)).FirstOrDefaultAsync(cancellationToken)!;

    private async Task<LogSearch> SearchAsync(string? text, CancellationToken cancellationToken) =>
        LogSearch.For(text, await privacy.AddressesIfAnyAsync(cancellationToken));
}
