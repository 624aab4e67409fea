using System.Net;
using System.Net.Sockets;
using MailStats.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailStats.Gateway.Tests;

/// <summary>The gateway and the services behind it, each over a real socket.</summary>
internal sealed class GatewayApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GatewayApp(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }

    public Uri Address => Client.BaseAddress!;

    /// <param name="queries">Addresses of the Query service's replicas.</param>
    public static Task<GatewayApp> StartAsync(params string[] queries) => StartWithAsync([.. Replicas("query", queries), "--urls=http://127.0.0.1:0"]);

    /// <summary>Settings that say where a service is.</summary>
    public static IEnumerable<string> Replicas(string service, params string[] addresses) =>
        addresses.Select((address, number) => $"--ReverseProxy:Clusters:{service}:Destinations:{number + 1}:Address={address}");

    /// <param name="settings">All of them, the addresses to listen on too.</param>
    public static Task<GatewayApp> StartWithAsync(params string[] settings) => StartWithAsync(_ => { }, settings);

    /// <param name="change">What is to be different of the process, beside its settings.</param>
    /// <param name="settings">All of them, the addresses to listen on too.</param>
    public static async Task<GatewayApp> StartWithAsync(Action<ServiceHost> change, params string[] settings)
    {
        var host = ServiceHost.Create(settings);
        host.Builder.Logging.ClearProviders();
        host.WithEdge().With<GatewayModule>();
        change(host);
        var app = host.Build();
        await app.StartAsync();

        return new GatewayApp(app);
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    /// <summary>An address nothing listens on.</summary>
    public static string DeadAddress()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();

        return $"http://127.0.0.1:{((IPEndPoint)socket.LocalEndpoint).Port}/";
    }
}

/// <summary>A service behind the gateway that answers as the test says.</summary>
internal sealed class Destination : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private Destination(WebApplication app) => _app = app;

    public string Address => _app.Urls.First() + "/";

    public int Requests => _requests;

    public static Task<Destination> StartAsync(RequestDelegate answer) => StartAsync("http://127.0.0.1:0", answer);

    public static async Task<Destination> StartAsync(string address, RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add(address);
        var destination = new Destination(app);
        app.Run(context =>
        {
            if (context.Request.Path.StartsWithSegments("/health"))
            {
                return Task.CompletedTask;
            }

            Interlocked.Increment(ref destination._requests);

            return answer(context);
        });
        await app.StartAsync();

        return destination;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
