namespace MailStats.ServiceDefaults;

/// <summary>
/// Bytes that are in memory for requests: of all together, and of each tenant, so that whatever one of them sends leaves room
/// for the others.
/// </summary>
/// <param name="ofTenant">Bytes of one tenant.</param>
/// <param name="inAll">Bytes of all tenants.</param>
public sealed class ByteRoom(long ofTenant, long inAll)
{
    private readonly Lock _lock = new();

    /// <summary>Only tenants that hold something.</summary>
    private readonly Dictionary<string, long> _held = new(StringComparer.Ordinal);

    private long _all;

    /// <summary>Takes nothing when there is too little.</summary>
    public RoomLeft Take(string tenantId, long bytes)
    {
        lock (_lock)
        {
            var held = _held.GetValueOrDefault(tenantId) + bytes;

            if (held > ofTenant)
            {
                return RoomLeft.NoneOfTenant;
            }

            if (_all + bytes > inAll)
            {
                return RoomLeft.None;
            }

            if (held > 0)
            {
                _held[tenantId] = held;
            }

            _all += bytes;

            return RoomLeft.Enough;
        }
    }

    public void Return(string tenantId, long bytes)
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

/// <summary>Whether there is room.</summary>
public enum RoomLeft
{
    Enough = 0,

    /// <summary>All tenants together leave none.</summary>
    None = 1,

    /// <summary>The tenant's other requests leave none.</summary>
    NoneOfTenant = 2,
}
