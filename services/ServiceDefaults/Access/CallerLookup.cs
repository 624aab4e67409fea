using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;

namespace MailStats.ServiceDefaults;

/// <summary>Callers by key, remembered for a moment; a wrong key is remembered as well, so that a loop of one costs the store little.</summary>
internal sealed class CallerLookup(Func<string, CancellationToken, ValueTask<ClaimsPrincipal?>> find, TimeProvider time) : IDisposable
{
    /// <summary>How long a revoked key may still work.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromSeconds(3);

    private const int LongestKey = 256;

    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    public async ValueTask<ClaimsPrincipal?> FindAsync(string key, CancellationToken cancellationToken)
    {
        if (key.Length > LongestKey)
        {
            return null;
        }

        // Keys are not kept in memory in clear.
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        var now = time.GetTimestamp();

        if (_known.TryGetValue(hash, out Answer? known) && time.GetElapsedTime(known!.At, now) < Kept)
        {
            return known.Caller;
        }

        var found = await find(key, cancellationToken);
        var caller = found is null ? null : new ClaimsPrincipal(new ClaimsIdentity(found.Claims, ApiKeys.Scheme));
        _known.Set(hash, new Answer(caller, now), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Kept });

        return caller;
    }

    public void Dispose() => _known.Dispose();

    private sealed record Answer(ClaimsPrincipal? Caller, long At);
}
