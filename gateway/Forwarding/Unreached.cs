using System.Globalization;
using Yarp.ReverseProxy.Forwarder;

namespace MailStats.Gateway.Forwarding;

/// <summary>
/// 503 and when to come back where a call reached no service: nothing has been done, it may be sent again whatever it was.
/// 502 and 504 are left for what was sent and whose answer was lost.
/// </summary>
internal static class Unreached
{
    private const int RetryAfterSeconds = 2;

    public static void UseUnreached(this IReverseProxyApplicationBuilder proxy) => proxy.Use(async (context, next) =>
    {
        await next(context);

        if (!context.Response.HasStarted && IsUnreached(context.GetForwarderErrorFeature()))
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }
    });

    private static bool IsUnreached(IForwarderErrorFeature? failure) => failure is
    {
        Error: ForwarderError.NoAvailableDestinations,
    } or
    {
        Error: ForwarderError.Request,
        Exception: HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
        },
    };
}
