using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailStats.ServiceDefaults.Tests;

public sealed class ShutdownTests
{
    [Fact]
    public async Task A_process_that_was_told_to_stop_serves_on_and_lets_go_of_its_connections()
    {
        await using var host = await SampleHost.StartAsync("--Shutdown:Pause=00:01:00");
        using var before = await host.SendAsync(HttpMethod.Get, "/read", SampleHost.ReadKey);
        using var hurry = new CancellationTokenSource();

        var stopping = host.StopAsync(hurry.Token);
        using var meanwhile = await host.SendAsync(HttpMethod.Get, "/read", SampleHost.ReadKey);
        using var ready = await host.SendAsync(HttpMethod.Get, "/health/ready");
        using var live = await host.SendAsync(HttpMethod.Get, "/health/live");

        Assert.NotEqual(true, before.Headers.ConnectionClose);
        Assert.Equal((HttpStatusCode.OK, true), (meanwhile.StatusCode, meanwhile.Headers.ConnectionClose));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (ready.StatusCode, live.StatusCode));
        Assert.False(stopping.IsCompleted);
        await hurry.CancelAsync();
        await Task.WhenAny(stopping);
        await Assert.ThrowsAsync<HttpRequestException>(() => host.SendAsync(HttpMethod.Get, "/read", SampleHost.ReadKey));
    }

    [Fact]
    public async Task Without_a_pause_it_stops_at_once()
    {
        await using var host = await SampleHost.StartAsync();

        await host.StopAsync(CancellationToken.None);

        await Assert.ThrowsAsync<HttpRequestException>(() => host.SendAsync(HttpMethod.Get, "/read", SampleHost.ReadKey));
    }

    [Fact]
    public async Task Told_to_stop_before_it_has_started_it_ends_in_order()
    {
        var host = ServiceHost.CreateApart(new Dictionary<string, string?>()).With<SampleHost.SampleModule>();
        host.Builder.Services.AddHostedService<StopsTheStart>();

        Assert.Equal(0, await host.RunAsync());
    }

    private sealed class StopsTheStart(IHostApplicationLifetime lifetime) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            lifetime.StopApplication();

            return Task.FromCanceled(lifetime.ApplicationStopping);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
