using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace MailStats.ServiceDefaults.Tests;

public sealed class ApartTests
{
    [Fact]
    public async Task A_process_within_the_process_knows_its_own_settings_alone_and_listens_at_loopback()
    {
        // A name that nobody else reads: tests run beside one another.
        Environment.SetEnvironmentVariable("MailStatsApart__Probe", "of the environment");
        var host = ServiceHost.CreateApart(new Dictionary<string, string?> { ["Own"] = "told" });

        Assert.Equal("told", host.Builder.Configuration["Own"]);
        Assert.Null(host.Builder.Configuration["MailStatsApart:Probe"]);
        Assert.Equal("of the environment", ServiceHost.Create([]).Builder.Configuration["MailStatsApart:Probe"]);

        host.Builder.Configuration["urls"] = "http://192.0.2.1:80";
        await using var app = host.With<SampleHost.SampleModule>().Build();
        await app.StartAsync();

        Assert.Equal(IPAddress.Loopback.ToString(), new Uri(Assert.Single(app.Urls)).Host);
    }
}
