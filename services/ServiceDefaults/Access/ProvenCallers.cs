namespace MailStats.ServiceDefaults;

/// <summary>
/// Which keys, tokens and webhook addresses have been proven lately, by their hash, and whose they are. Learned from answers:
/// the edge checks nothing itself, and what nobody has proven yet costs its address.
/// </summary>
/// <remarks>
/// Bound: 20,000 entries of some 200 bytes. They stand in two generations: when the younger is full or half an hour old, the
/// older is forgotten. Only a right key makes an entry, and a forgotten one costs its caller one request at its address's rate.
/// </remarks>
internal sealed class ProvenCallers(TimeProvider time)
{
    public const int MaxOfGeneration = 10_000;

    public static readonly TimeSpan Generation = TimeSpan.FromMinutes(30);

    private readonly Lock _lock = new();
    private Dictionary<string, string> _younger = new(StringComparer.Ordinal);
    private Dictionary<string, string> _older = new(StringComparer.Ordinal);
    private long _begun = time.GetTimestamp();

    public string? Find(string credential)
    {
        lock (_lock)
        {
            Age();

            return _younger.GetValueOrDefault(credential) ?? _older.GetValueOrDefault(credential);
        }
    }

    public void Proven(string credential, string caller)
    {
        lock (_lock)
        {
            Age();
            _younger[credential] = caller;
        }
    }

    /// <summary>The key has expired or was revoked.</summary>
    public void Refused(string credential)
    {
        lock (_lock)
        {
            _younger.Remove(credential);
            _older.Remove(credential);
        }
    }

    private void Age()
    {
        if (_younger.Count < MaxOfGeneration && time.GetElapsedTime(_begun) < Generation)
        {
            return;
        }

        // After a long silence the younger one is old as well.
        _older = time.GetElapsedTime(_begun) < 2 * Generation ? _younger : new(StringComparer.Ordinal);
        _younger = new(StringComparer.Ordinal);
        _begun = time.GetTimestamp();
    }
}
