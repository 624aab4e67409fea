using System.Globalization;
using MailStats.ServiceDefaults;

namespace MailStats.Query.Export;

/// <summary>
/// How many exports are written, and imports of lists are read, at once, each of which holds some megabytes for as long as its
/// client takes: of one tenant and in all. A client that is too slow is cut off by the server, so a place becomes free.
/// </summary>
internal sealed class ExportPlaces
{
    /// <summary>Exports of one tenant.</summary>
    public const int OfTenant = 4;

    /// <summary>Exports of all tenants: a quarter of a gigabyte at most.</summary>
    public const int InAll = 64;

    private readonly Lock _lock = new();

    /// <summary>Only tenants that hold a place.</summary>
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);

    private int _all;

    /// <summary>A place to dispose of when the export has ended; null when there is none.</summary>
    public IDisposable? Take(string tenantId)
    {
        lock (_lock)
        {
            var held = _held.GetValueOrDefault(tenantId);

            if (held >= OfTenant || _all >= InAll)
            {
                return null;
            }

            _held[tenantId] = held + 1;
            _all++;

            return new Place(this, tenantId);
        }
    }

    private void Return(string tenantId)
    {
        lock (_lock)
        {
            _all--;

            if (--_held[tenantId] == 0)
            {
                _held.Remove(tenantId);
            }
        }
    }

    private sealed class Place(ExportPlaces places, string tenantId) : IDisposable
    {
        private int _returned;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _returned, 1) == 0)
            {
                places.Return(tenantId);
            }
        }
    }
}

/// <summary>Endpoints that take a place.</summary>
internal static class LimitedExports
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    public static RouteHandlerBuilder LimitExports(this RouteHandlerBuilder route) => route.AddEndpointFilter(async (context, next) =>
    {
        var http = context.HttpContext;

        if (http.RequestServices.GetRequiredService<ExportPlaces>().Take(http.User.TenantId()) is not { } place)
        {
            http.Response.Headers.RetryAfter = Wait.TotalSeconds.ToString(CultureInfo.InvariantCulture);

            return TypedResults.Problem(
                "Other exports or imports are still running; try again when one has ended.", statusCode: StatusCodes.Status429TooManyRequests);
        }

        // The file is written after this.
        http.Response.RegisterForDispose(place);

        return await next(context);
    });
}
