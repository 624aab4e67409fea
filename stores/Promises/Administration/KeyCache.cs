using System.Collections.Concurrent;

namespace MailStats.Stores.Administration;

/// <summary>
/// Keys that were looked up lately, so that not every request asks the store: other processes' revocations take effect within
/// <see cref="KeptFor"/>, this process's own at once.
/// </summary>
/// <remarks>Bound: 10,000 keys, known and unknown ones.</remarks>
public sealed class KeyCache(TimeProvider time)
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan UseRecordedEvery = TimeSpan.FromMinutes(5);

    private const int MostKept = 10_000;

    private readonly ConcurrentDictionary<string, (ApiKey? Key, long Until)> _kept = new(StringComparer.Ordinal);
    private long _revocations;

    /// <summary>The key, where it is valid now.</summary>
    /// <param name="name">What tells this look-up from others.</param>
    /// <param name="read">Asks the store.</param>
    /// <param name="recordUse">Writes down that the key with this id is used; asked once in five minutes.</param>
    public async ValueTask<ApiKey?> FindAsync(string name, Func<Task<ApiKey?>> read, Func<string, DateTimeOffset, Task> recordUse)
    {
        var now = time.GetUtcNow();
        var revocations = Volatile.Read(ref _revocations);

        if (!_kept.TryGetValue(name, out var kept) || now.UtcTicks >= kept.Until)
        {
            var found = await read();

            if (_kept.Count >= MostKept)
            {
                _kept.Clear();
            }

            kept = (found, (now + KeptFor).UtcTicks);
            _kept[name] = kept;

            // What was read before a revocation must not outlive it.
            if (Volatile.Read(ref _revocations) != revocations)
            {
                _kept.TryRemove(name, out _);
            }

            if (found is not null && found.IsValid(now) && !(now - found.LastUsedAt < UseRecordedEvery))
            {
                await recordUse(found.Id, now);
            }
        }

        return kept.Key is { } known && known.IsValid(now) ? known : null;
    }

    /// <summary>A key was revoked: what is kept is looked up again.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _revocations);
        _kept.Clear();
    }
}
