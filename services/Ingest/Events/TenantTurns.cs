namespace MailStats.Ingest.Events;

/// <summary>
/// One place for each tenant, for work that keeps a processor for tens of milliseconds: who has much of it waits for itself, and the
/// others find a processor free.
/// </summary>
internal sealed class TenantTurns
{
    private readonly Lock _lock = new();

    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);

    /// <summary>Tenants that have the place or wait for it.</summary>
    public int Tenants
    {
        get
        {
            lock (_lock)
            {
                return _places.Count;
            }
        }
    }

    /// <returns>False when it was not free within the patience.</returns>
    public async Task<bool> TakeAsync(string tenantId, TimeSpan patience, CancellationToken cancellationToken)
    {
        Place? place;

        lock (_lock)
        {
            if (!_places.TryGetValue(tenantId, out place))
            {
                _places.Add(tenantId, place = new());
            }

            place.Users++;
        }

        var isTaken = false;

        try
        {
            return isTaken = await place.Free.WaitAsync(patience, cancellationToken);
        }
        finally
        {
            if (!isTaken)
            {
                Leave(tenantId, place);
            }
        }
    }

    public void Return(string tenantId)
    {
        Place place;

        lock (_lock)
        {
            place = _places[tenantId];
        }

        place.Free.Release();
        Leave(tenantId, place);
    }

    private void Leave(string tenantId, Place place)
    {
        lock (_lock)
        {
            if (--place.Users == 0)
            {
                _places.Remove(tenantId);
            }
        }
    }

    private sealed class Place
    {
        public SemaphoreSlim Free { get; } = new(1, 1);

        public int Users { get; set; }
    }
}
