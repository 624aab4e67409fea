using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace MailStats.Gateway.Forwarding;

/// <summary>
/// A read that found its destination gone is sent to another one, once. Only GET and HEAD, only before the first byte of an
/// answer, only when the transport failed: what may have been done is never done again.
/// </summary>
internal static class SecondTry
{
    public static void UseSecondTry(this IReverseProxyApplicationBuilder proxy) => proxy.Use(async (context, next) =>
    {
        var feature = context.GetReverseProxyFeature();
        var all = feature.AvailableDestinations;

        await next(context);

        if (all.Count < 2 || !IsRead(context.Request) || context.Response.HasStarted || !IsTransportFailure(context))
        {
            return;
        }

        feature.AvailableDestinations = [.. all.Where(destination => destination != feature.ProxiedDestination)];
        feature.ProxiedDestination = null;
        context.Features.Set<IForwarderErrorFeature>(null);
        context.Response.Clear();

        await next(context);
    });

    private static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private static bool IsTransportFailure(HttpContext context) => context.GetForwarderErrorFeature()?.Error is ForwarderError.Request;
}
