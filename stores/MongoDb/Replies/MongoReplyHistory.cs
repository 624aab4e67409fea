using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Deliveries;
using MailStats.Stores.MongoDb.Lists;
using MailStats.Stores.Replies;
using MongoDB.Bson;

namespace MailStats.Stores.MongoDb.Replies;

internal sealed class MongoReplyHistory(MongoDatabase database, MongoTexts texts) : IReplyHistory
{
    /// <summary>Deliveries looked at for one page; a page that found less by then ends early, with a cursor to go on from.</summary>
    private const int MaxLookedAt = 20_000;

    public Task<Page<ClassifiedDelivery>> FailuresAsync(ReplyHistoryQuery query, CancellationToken cancellationToken)
    {
        var cursor = LogCursor.Parse(query.Cursor);

        return database.UseAsync(
            async () =>
            {
                var page = new LogPage<ClassifiedDelivery>(query.Limit, MaxLookedAt);
                var filter = MongoLogRows.Filter(new(query.TenantId), range: null, cursor).Add("f", true);
                await using var rows = MongoLogRows.ReadAsync(database.Deliveries, filter, cursor, query.Limit, cancellationToken)
                    .GetAsyncEnumerator(cancellationToken);
                var has = await rows.MoveNextAsync();

                while (!page.IsFull && has)
                {
                    var (place, row) = rows.Current;
                    page.LookAt(place);
                    Add(page, query, row);
                    has = await rows.MoveNextAsync();
                }

                return page.ToPage(!has);
            },
            cancellationToken);
    }

    private void Add(LogPage<ClassifiedDelivery> page, ReplyHistoryQuery query, BsonDocument row)
    {
        var (messageKey, recipient, state) = texts.Read(row);

        foreach (var failure in ReplyHistoryView.Failures(query.TenantId, messageKey, recipient, state, query.UnknownOnly))
        {
            page.Add(failure);
        }
    }
}
