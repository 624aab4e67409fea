using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.MongoStandIn;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Quotas;
using MailStats.Stores.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MailStats.Policy.Tests;

/// <summary>kill -9 of Policy's processes while MTAs ask: they ask again with the same instance, as Postfix does.</summary>
public sealed class KillTests
{
    private const int Sessions = 16;
    private const int MessagesEach = 40;
    private const int Limit = 900;
    private const int Kills = 4;

    /// <summary>What a killed process holds in MongoDB others wait for.</summary>
    private static readonly TimeSpan TransactionLifetime = TimeSpan.FromSeconds(2);

    [Fact]
    public Task No_recipient_is_lost_or_charged_twice()
    {
        var folder = Directory.CreateTempSubdirectory("mailstats-kill-").FullName;

        return RunAsync(folder, ["--Storage:Provider", "Sqlite", "--Storage:Path", folder], replicas: 1);
    }

    /// <summary>Each with a share of the limit that dies with it.</summary>
    [Fact]
    public async Task No_recipient_is_lost_or_charged_twice_by_replicas_on_MongoDB()
    {
        await using var server = StandIn.Start(new() { TransactionLifetime = TransactionLifetime }, TimeProvider.System);

        await RunAsync(
            Directory.CreateTempSubdirectory("mailstats-kill-").FullName,
            ["--Storage:Provider", "MongoDb", "--Storage:ConnectionString", server.ConnectionString, "--Storage:Database", "kill"],
            replicas: 3);
    }

    private async Task RunAsync(string folder, string[] storage, int replicas)
    {
        var builder = Host.CreateApplicationBuilder(storage);
        builder.Logging.ClearProviders();
        builder.AddStores<SqliteStores, MongoStores>();

        using (var store = builder.Build())
        {
            await store.StartAsync();
            var quotas = store.Services.GetRequiredService<IQuotaStore>();
            var tenants = store.Services.GetRequiredService<ITenantStore>();
            await tenants.SaveDomainAsync(new SendingDomain("acme", "shop.example", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch), default);
            await quotas.SaveLimitAsync(new QuotaLimit(new StatisticsScope("acme"), QuotaWindow.Month, Limit), default);

            using var done = new CancellationTokenSource();
            var policy = new KilledPolicy(replicas);
            var killing = policy.KillAgainAndAgainAsync(folder, storage, Kills, Sessions * MessagesEach, done.Token);
            var passed = await Task.WhenAll(Enumerable.Range(0, Sessions).Select(session => Task.Run(() => SendAsync(policy, session))));
            await done.CancelAsync();
            var kills = await killing;

            var standing = (await quotas.StandingsAsync(new StatisticsScope("acme"), default))[0];
            Assert.Equal(standing.Taken, passed.Sum());
            Assert.True(standing.Taken is > Limit - 3 and <= Limit, $"{standing.Taken} of {Limit}");
            Assert.True(kills >= 3, $"{kills} kills");
            Assert.Empty(await quotas.VerifyAsync(repair: false, default));
            await store.StopAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Gives how many recipients were let through.</summary>
    private static async Task<int> SendAsync(KilledPolicy policy, int session)
    {
        var passed = 0;
        using var mta = policy.Open(session);

        for (var i = 0; i < MessagesEach; i++)
        {
            var recipients = 1 + (i % 3);
            var answer = await mta.AskAsync(PolicyClient.Request(
                "END-OF-MESSAGE", ("instance", $"{session}.{i}"), ("queue_id", $"Q{session}X{i}"), ("recipient_count", $"{recipients}")));
            passed += answer == "action=DUNNO" ? recipients : 0;
        }

        return passed;
    }
}
