using Microsoft.Extensions.Options;

namespace MailStats.Ingest.Events;

/// <summary>
/// Bytes of bodies that are in memory: of all requests together (<see cref="IngestOptions.MaxBufferedBytes"/>), and of each
/// tenant (<see cref="IngestOptions.MaxBufferedBytesPerTenant"/>), so that whatever one of them sends leaves room for the others.
/// </summary>
internal sealed class BodyRoom(IOptions<IngestOptions> options)
{
    private readonly Lock _lock = new();

    /// <summary>Only tenants that hold something.</summary>
    private readonly Dictionary<string, long> _held = new(StringComparer.Ordinal);

    private long _all;

    /// <summary>Takes nothing when it answers a problem.</summary>
    public BodyProblem Take(string tenantId, int bytes)
    {
        lock (_lock)
        {
            var held = _held.GetValueOrDefault(tenantId) + bytes;

            if (held > options.Value.MaxBufferedBytesPerTenant)
            {
                return BodyProblem.ShareUsedUp;
            }

            if (_all + bytes > options.Value.MaxBufferedBytes)
            {
                return BodyProblem.NoRoom;
            }

            _held[tenantId] = held;
            _all += bytes;

            return BodyProblem.None;
        }
    }

    public void Return(string tenantId, int bytes)
    {
        lock (_lock)
        {
            var held = _held.GetValueOrDefault(tenantId) - bytes;
            _all -= bytes;

            if (held > 0)
            {
                _held[tenantId] = held;
            }
            else
            {
                _held.Remove(tenantId);
            }
        }
    }
}
