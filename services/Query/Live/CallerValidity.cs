using MailStats.ServiceDefaults;
using MailStats.Stores.Administration;

namespace MailStats.Query.Live;

/// <summary>Whether the caller of a request that lasts may still go on.</summary>
internal sealed class CallerValidity(IApiKeyStore keys, TimeProvider time)
{
    /// <summary>Tokens cannot be revoked: a stream begun with one ends after this time, and the next one needs a fresh token.</summary>
    private static readonly TimeSpan TokenStream = TimeSpan.FromMinutes(5);

    private readonly long _start = time.GetTimestamp();

    public async ValueTask<bool> HoldsAsync(HttpContext http, CancellationToken cancellationToken)
    {
        if (http.User.FindFirst(Caller.KeyClaim) is null)
        {
            return time.GetElapsedTime(_start) < TokenStream;
        }

        var now = time.GetUtcNow();

        return !(http.User.TokenEnd() <= now)
            && await keys.FindByIdAsync(http.User.TenantId(), http.User.CallerId(), cancellationToken) is not null;
    }
}
