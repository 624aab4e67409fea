using MailStats.Contracts;
using MailStats.Mail.Lists;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Deliveries;
using MailStats.Stores.MongoDb.Lists;
using MailStats.Stores.Replies;

namespace MailStats.Stores.MongoDb.Replies;

internal sealed class MongoReplyHistory(MongoDatabase database, MongoTexts texts) : IReplyHistory
{
    public Task<Page<ClassifiedDelivery>> FailuresAsync(ReplyHistoryQuery query, CancellationToken cancellationToken)
    {
        var selection = LogSelection.Failures(query.TenantId, query.UnknownOnly, query.Cursor, query.Limit);

        return database.UseAsync(
            async () =>
            {
                var page = new LogPage<IReadOnlyList<ClassifiedDelivery>>(selection.Limit, selection.Cursor);
                await MongoDeliveryLog.WalkAsync(database, texts, selection, page, cancellationToken);
                var (items, next) = page.ToPage();

                return new Page<ClassifiedDelivery>([.. items.SelectMany(failures => failures)], next);
            },
            cancellationToken);
    }
}
