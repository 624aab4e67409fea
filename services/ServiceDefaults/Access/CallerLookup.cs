using System.Security.Claims;

namespace MailStats.ServiceDefaults;

/// <summary>Callers by key. The store behind it answers from memory and knows of a revocation within seconds.</summary>
internal sealed class CallerLookup(Func<string, CancellationToken, ValueTask<ClaimsPrincipal?>> find)
{
    private const int LongestKey = 256;

    public async ValueTask<ClaimsPrincipal?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var found = key.Length > LongestKey ? null : await find(key, cancellationToken);

        return found is null ? null : new ClaimsPrincipal(new ClaimsIdentity(found.Claims, ApiKeys.Scheme));
    }
}
