using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MailStats.Stores.MongoDb.Database;

/// <summary>Ready means that a majority takes a small change now.</summary>
internal sealed class MongoHealthCheck(MongoDatabase database, TimeProvider time) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            await database.PingAsync(time.GetUtcNow(), cancellationToken);

            return HealthCheckResult.Healthy();
        }
        catch (StorageUnavailableException error)
        {
            return HealthCheckResult.Unhealthy(error.Message, error);
        }
    }
}
