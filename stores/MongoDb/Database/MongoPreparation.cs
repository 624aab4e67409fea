using Microsoft.Extensions.Hosting;

namespace MailStats.Stores.MongoDb.Database;

/// <summary>
/// Makes indexes and checks the schema when the process starts, not at the first call: that may be a mail server's, which
/// waits for two seconds. A database that is too new for this program ends the process, with the reason.
/// </summary>
internal sealed class MongoPreparation(MongoDatabase database) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await database.UseAsync(() => Task.FromResult(true), stoppingToken);
        }
        catch (StorageUnavailableException)
        {
            // Not there yet: readiness says so, and whoever reaches it first prepares it.
        }
    }
}
