using MailStats.ServiceDefaults;
using Yarp.ReverseProxy.Forwarder;

namespace MailStats.Gateway.Forwarding;

/// <summary>
/// 408 for a body that comes too slowly. What trickles from its beginning is ended here, as <see cref="EdgeOptions.MinBytesPerSecond"/>
/// says. What came fast and then trickles is ended by the service, which answers and closes; the answer is lost, because over
/// HTTP/1.1 it is read only when all of the body is sent. It is no failure of the service's either, whatever a client does.
/// </summary>
internal static class SlowBodies
{
    /// <summary>In each of which a service wants its share of the body; a body that was refused sooner was not slow.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    public static void UseSlowBodies(this IReverseProxyApplicationBuilder proxy)
    {
        var time = proxy.ApplicationServices.GetRequiredService<TimeProvider>();

        proxy.Use(async (context, next) =>
        {
            var began = time.GetTimestamp();

            await next(context);

            if (!context.Response.HasStarted
                && context.GetForwarderErrorFeature()?.Error is ForwarderError.RequestBodyDestination
                && time.GetElapsedTime(began) >= Window)
            {
                context.Features.Set<IForwarderErrorFeature>(null);
                context.Response.StatusCode = StatusCodes.Status408RequestTimeout;
            }
        });
    }
}
