using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace MailStats.Gateway.Tests;

public sealed class HealthTests
{
    [Fact]
    public async Task A_replica_that_breaks_connections_is_left_alone()
    {
        const int requests = 100;
        await using var alive = await Destination.StartAsync(context => context.Response.WriteAsync("alive"));
        await using var broken = Breaking.Start();
        await using var gateway = await GatewayApp.StartAsync(broken.Address, alive.Address);

        for (var request = 0; request < requests; request++)
        {
            Assert.Equal("alive", await gateway.Client.GetStringAsync(new Uri("/v1/overview", UriKind.Relative)));
        }

        // Half of all calls, had nobody noticed. The probes of its health come from seconds to seconds and are few.
        Assert.InRange(broken.Connections, 1, requests / 3);
        Assert.Equal(requests, alive.Requests);
    }

    [Fact]
    public async Task When_every_replica_is_ill_calls_are_still_tried()
    {
        var ill = true;
        await using var query = await Destination.StartAsync(context =>
        {
            if (ill)
            {
                context.Abort();
            }

            return Task.CompletedTask;
        });
        await using var gateway = await GatewayApp.StartAsync(query.Address);

        for (var request = 0; request < 30; request++)
        {
            using var failed = await gateway.Client.GetAsync(new Uri("/v1/overview", UriKind.Relative));
            Assert.Equal(HttpStatusCode.BadGateway, failed.StatusCode);
        }

        ill = false;
        using var answer = await gateway.Client.GetAsync(new Uri("/v1/overview", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Takes connections and breaks them at once.</summary>
    private sealed class Breaking : IAsyncDisposable
    {
        private readonly TcpListener _listener;
        private readonly Task _breaking;
        private int _connections;

        private Breaking(TcpListener listener)
        {
            _listener = listener;
            _breaking = BreakAsync();
        }

        public string Address => $"http://{_listener.LocalEndpoint}/";

        public int Connections => _connections;

        public static Breaking Start()
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();

            return new Breaking(listener);
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Dispose();
            await _breaking;
        }

        private async Task BreakAsync()
        {
            try
            {
                while (true)
                {
                    using var connection = await _listener.AcceptTcpClientAsync();
                    Interlocked.Increment(ref _connections);
                    connection.Client.Close(timeout: 0);
                }
            }
            catch (Exception exception) when (exception is SocketException or InvalidOperationException)
            {
                // Disposed.
            }
        }
    }
}
