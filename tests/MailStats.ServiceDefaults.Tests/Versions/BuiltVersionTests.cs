using System.Net;
using System.Net.Http.Json;

namespace MailStats.ServiceDefaults.Tests.Versions;

/// <summary>What runs, and out of which commit.</summary>
public sealed class BuiltVersionTests
{
    [Fact]
    public async Task Whoever_reaches_a_process_may_know_what_it_is()
    {
        await using var host = await SampleHost.StartAsync();

        using var answer = await host.SendAsync(HttpMethod.Get, "/version");
        var told = await answer.Content.ReadFromJsonAsync<BuiltVersion>();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(BuiltVersion.Own, told);
    }

    [Fact]
    public void The_commit_stands_behind_the_plus() =>
        Assert.Equal(new BuiltVersion("1.2.0-rc.1", "572523bf"), BuiltVersion.Parse("1.2.0-rc.1+572523bf"));

    [Fact]
    public void A_build_outside_of_a_repository_has_none()
    {
        var version = BuiltVersion.Parse("1.2.0");

        Assert.Null(version.Commit);
        Assert.Equal("1.2.0", version.ToString());
    }
}
