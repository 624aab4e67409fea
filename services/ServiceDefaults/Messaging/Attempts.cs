using System.Net.Sockets;
using MailStats.Stores;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>How often a message is tried: without end while something it needs is down, else as often as the settings say.</summary>
internal static class Attempts
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    public static void Configure(IRegistrationContext context, string name, IReceiveEndpointConfigurator endpoint)
    {
        if (name.StartsWith(QueueNames.TemporaryPrefix, StringComparison.Ordinal))
        {
            return;
        }

        var retries = context.GetRequiredService<IOptions<MessagingOptions>>().Value.Retries;

        // Outside: an outage holds the message (and by the prefetch the whole queue) until it is over.
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<Exception>(IsOutage);
            retry.Exponential(int.MaxValue, First, Longest, Step);
        });
        // Inside: whatever else goes wrong is tried some times, then the message is kept aside.
        endpoint.UseMessageRetry(retry =>
        {
            retry.Ignore<Exception>(IsOutage);
            retry.Exponential(retries, First, Longest, Step);
        });
    }

    /// <summary>Whether something that this process needs is down, and the message itself is not to blame.</summary>
    public static bool IsOutage(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is StorageUnavailableException or SocketException or TimeoutException)
            {
                return true;
            }
        }

        return false;
    }
}
