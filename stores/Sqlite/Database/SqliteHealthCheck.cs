using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>Ready means that a change can be made durable now: a small one is made.</summary>
internal sealed class SqliteHealthCheck(SqliteFiles files, TimeProvider time) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            await files.ProbeAsync(time.GetUtcNow(), cancellationToken);

            return HealthCheckResult.Healthy();
        }
        catch (StorageUnavailableException error)
        {
            return HealthCheckResult.Unhealthy(error.Message, error);
        }
    }
}
