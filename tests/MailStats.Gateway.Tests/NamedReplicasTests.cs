using System.Net;
using System.Net.Sockets;
using MailStats.Gateway.Forwarding;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Yarp.ReverseProxy.Configuration;

namespace MailStats.Gateway.Tests;

public sealed class NamedReplicasTests
{
    [Fact]
    public async Task Every_replica_behind_a_name_gets_its_share_under_that_name()
    {
        await using var first = await Destination.StartAsync(context => context.Response.WriteAsync($"first for {context.Request.Host.Host}"));
        var port = new Uri(first.Address).Port;
        await using var second = await Destination.StartAsync(
            $"http://127.0.0.2:{port}", context => context.Response.WriteAsync($"second for {context.Request.Host.Host}"));
        await using var gateway = await GatewayApp.StartWithAsync(
            host => host.Builder.Services.AddSingleton<NameLookup>((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback])),
            [.. GatewayApp.Replicas("query", $"http://query.example:{port}/"), "--urls=http://127.0.0.1:0"]);
        var answers = new HashSet<string>();

        for (var request = 0; request < 40; request++)
        {
            answers.Add(await gateway.Client.GetStringAsync(new Uri("/v1/overview", UriKind.Relative)));
        }

        Assert.Equal(["first for query.example", "second for query.example"], answers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_name_that_cannot_be_resolved_stands_for_itself_and_is_asked_for_again()
    {
        var known = false;
        var time = new FakeTimeProvider();
        var replicas = new NamedReplicas(
            (_, _) => known ? Task.FromResult<IPAddress[]>([IPAddress.Loopback]) : throw new SocketException((int)SocketError.HostNotFound),
            time,
            NullLogger<NamedReplicas>.Instance);
        var named = new Dictionary<string, DestinationConfig> { ["1"] = new() { Address = "http://query:8080/" } };

        var before = await replicas.ResolveDestinationsAsync(named, CancellationToken.None);

        Assert.Equal("http://query:8080/", Assert.Single(before.Destinations).Value.Address);
        Assert.False(before.ChangeToken!.HasChanged);

        known = true;
        time.Advance(TimeSpan.FromSeconds(15));
        Assert.True(before.ChangeToken.HasChanged);
        var (_, after) = Assert.Single((await replicas.ResolveDestinationsAsync(named, CancellationToken.None)).Destinations);

        Assert.Equal(("http://127.0.0.1:8080/", "query:8080"), (after.Address, after.Host));
    }

    [Theory]
    [InlineData("http://10.0.0.7:8080/")]
    [InlineData("https://query.example/")]
    public async Task An_address_and_a_name_with_a_certificate_stay_as_they_are(string address)
    {
        var replicas = new NamedReplicas(
            (_, _) => throw new InvalidOperationException("Nobody should ask."), TimeProvider.System, NullLogger<NamedReplicas>.Instance);

        var resolved = await replicas.ResolveDestinationsAsync(
            new Dictionary<string, DestinationConfig> { ["1"] = new() { Address = address } }, CancellationToken.None);

        Assert.Equal(("1", address), (Assert.Single(resolved.Destinations).Key, resolved.Destinations["1"].Address));
    }
}
