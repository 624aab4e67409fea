using MailStats.Mail.Quotas;
using MailStats.Stores.MongoDb;

namespace MailStats.Stores.Tests.MongoDb;

internal static partial class MongoServer
{
    /// <summary>A store in a new database.</summary>
    public static async Task<IStores> OpenAsync(StorageOptions? options = null, TimeProvider? time = null, QuotaOptions? quotas = null) =>
        new MongoStores(options, await AddressAsync(), time, quotas);
}
