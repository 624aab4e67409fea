using MailStats.Storage.Collections;

namespace MailStats.Storage.Tests.Collections;

public sealed class SqliteCollectionStoreTests : CollectionStoreSuite
{
    internal override (ICollectionStore Store, IAsyncDisposable Owner) Open(TimeProvider time)
    {
        var store = new TemporaryStore(time: time);

        return (store.Collections, store);
    }
}
