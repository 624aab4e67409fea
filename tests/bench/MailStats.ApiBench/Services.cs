using System.Diagnostics;
using System.Net.Http.Headers;

namespace MailStats.ApiBench;

/// <summary>The Query service and the gateway before it, over a store that is filled.</summary>
internal sealed record Services(ServiceProcess Query, ServiceProcess Gateway) : IAsyncDisposable
{
    public static async Task<Services> StartAsync(string data)
    {
        (string, string)[] noLimits = [("Edge__RequestsPerSecond", "1000000"), ("Edge__Burst", "1000000")];
        var query = await ServiceProcess.StartAsync(
            "services/Query", null, [], [("Messaging__Transport", "InMemory"), ("Storage__Provider", "Sqlite"), ("Storage__Path", data)]);
        var gateway = await ServiceProcess.StartAsync(
            "gateway", null, [], [.. noLimits, ("ReverseProxy__Clusters__query__Destinations__1__Address", query.Address.ToString())]);

        return new(query, gateway);
    }

    /// <summary>Processor time that both have taken so far, in user mode and in the kernel.</summary>
    public (TimeSpan Query, TimeSpan Gateway) Used() => (Used(Query), Used(Gateway));

    /// <summary>Bytes the Query process and the gateway hold in memory now.</summary>
    public (long Query, long Gateway) Resident() => (Resident(Query), Resident(Gateway));

    public static HttpClient Client(Uri address, string key, int connections)
    {
        var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections }) { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);

        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.StopAsync();
        await Gateway.DisposeAsync();
        await Query.StopAsync();
        await Query.DisposeAsync();
    }

    private static TimeSpan Used(ServiceProcess service)
    {
        using var process = Process.GetProcessById(service.Id);

        return process.TotalProcessorTime;
    }

    private static long Resident(ServiceProcess service)
    {
        using var process = Process.GetProcessById(service.Id);

        return process.WorkingSet64;
    }
}
