using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Statistics;
using MailStats.Stores.Lists;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Deliveries;
using MailStats.Stores.MongoDb.Search;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Lists;

internal sealed class MongoDeliveryLog(MongoDatabase database, MongoTexts texts, MongoPrivacy privacy, MongoSearch search) : IDeliveryLog
{
    /// <summary>
    /// Failures of one reason and one microsecond among which the example is chosen. Sources count in seconds, and a bulk
    /// mailing fails by the hundred in one; past it the choice is among some of them.
    /// </summary>
    private const int MaxTiedExamples = 500;

    public Task<Page<Activity>> ActivitiesAsync(ActivityQuery query, CancellationToken cancellationToken) =>
        PageAsync(addresses => LogSelection.Of(query, addresses), cancellationToken);

    public Task<Page<ErrorEvent>> ErrorEventsAsync(ErrorEventQuery query, CancellationToken cancellationToken) =>
        PageAsync(addresses => LogSelection.Of(query, addresses), cancellationToken);

    public Task<Page<DeliverySummary>> DeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken) =>
        PageAsync(addresses => LogSelection.Of(query, addresses), cancellationToken);

    public Task<ErrorEvent?> ExampleAsync(StatisticsScope scope, ReasonCount reason, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                var key = MongoKeys.Reason(new(reason.Reason, reason.ReplyCode, reason.EnhancedCode, reason.Hard));
                var filter = new BsonDocument("x", MongoKeys.Number(key)).Add(MongoKeys.In(scope));
                var latest = await database.Deliveries.Find(filter).Sort(new BsonDocument("at", -1)).FirstOrDefaultAsync(cancellationToken);

                if (latest is null)
                {
                    return null;
                }

                var tied = await database.Deliveries.Find(filter.Add("at", latest["at"])).Limit(MaxTiedExamples).ToListAsync(cancellationToken);

                return tied.Where(row => row["t"] == scope.TenantId).Select(row => texts.TryRead(row, out var stored)
                        ? DeliveryLogView.ErrorEvent(MongoKeys.IdOf(row), stored.Recipient, stored.State)
                        : null)
                    .OfType<ErrorEvent>()
                    .OrderDescending(Comparer<ErrorEvent>.Create(DeliveryLogView.CompareExamples))
                    .FirstOrDefault();
            },
            cancellationToken);

    /// <summary>Looks at every delivery, the latest first, until the page is full.</summary>
    internal static async Task WalkAsync<T>(
        MongoDatabase database, MongoTexts texts, LogSelection<T> selection, LogPage<T> page, CancellationToken cancellationToken)
        where T : class
    {
        var (filter, tenant) = (MongoLogRows.Filter(selection.Scope, selection.Range, selection.Cursor), selection.Scope.TenantId);
        var earlierRows = selection.WithEarlier ? MongoLogRows.ReadAsync(database.Earlier, filter, tenant, selection.Limit, cancellationToken) : NoRows();
        await using var earlier = earlierRows.GetAsyncEnumerator(cancellationToken);
        filter = selection.FailuresOnly ? filter.DeepClone().AsBsonDocument.Add("f", true) : filter;
        var currentRows = MongoLogRows.ReadAsync(database.Deliveries, filter, tenant, selection.Limit, cancellationToken);
        await using var current = currentRows.GetAsyncEnumerator(cancellationToken);
        var hasCurrent = await current.MoveNextAsync();
        var hasEarlier = await earlier.MoveNextAsync();

        while (hasCurrent || hasEarlier)
        {
            var fromCurrent = hasCurrent && (!hasEarlier || current.Current["at"].ToInt64() >= earlier.Current["at"].ToInt64());
            var row = fromCurrent ? current.Current : earlier.Current;
            var at = row["at"].ToInt64();

            if (!page.Takes(at))
            {
                return;
            }

            var delivery = fromCurrent
                ? row
                : await database.Deliveries.Find(new BsonDocument("_id", row["e"])).FirstOrDefaultAsync(cancellationToken);

            if (delivery is not null && texts.TryRead(delivery, out var stored))
            {
                var (messageKey, recipient, state) = stored;
                selection.Take(page, at, new(messageKey, recipient, state, (DeliveryStatus)row["s"].ToInt32()));
            }

            hasCurrent = fromCurrent ? await current.MoveNextAsync() : hasCurrent;
            hasEarlier = fromCurrent ? hasEarlier : await earlier.MoveNextAsync();
        }
    }

    private static async IAsyncEnumerable<BsonDocument> NoRows()
    {
        await Task.CompletedTask;

        yield break;
    }

    private Task<Page<T>> PageAsync<T>(Func<AddressPrivacy?, LogSelection<T>> select, CancellationToken cancellationToken)
        where T : class => database.UseAsync(
        async () =>
        {
            var selection = select(await privacy.AddressesIfAnyAsync(cancellationToken));
            var page = new LogPage<T>(selection.Limit, selection.Cursor);

            if (selection.Question() is { } question)
            {
                using var snapshot = await database.StartSnapshotAsync(cancellationToken);

                // The index is read step by step, each step by what the one before said: waiting calls, on a thread of their own.
                if (await Task.Run(() => search.TryFill(snapshot, question, selection, page, cancellationToken), cancellationToken))
                {
                    return page.ToPage();
                }

                page = new(selection.Limit, selection.Cursor);
            }

            await WalkAsync(database, texts, selection, page, cancellationToken);

            return page.ToPage();
        },
        cancellationToken);
}
