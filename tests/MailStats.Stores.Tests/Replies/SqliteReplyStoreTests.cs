namespace MailStats.Stores.Tests.Replies;

public sealed class SqliteReplyStoreTests : ReplyStoreSuite
{
    protected override Task<IStores> OpenAsync() => Task.FromResult<IStores>(new TemporaryStore());
}
