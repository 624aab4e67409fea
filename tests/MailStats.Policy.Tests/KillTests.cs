using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
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

    /// <summary>What a killed process holds in MongoDB others wait for.</summary>
    private static readonly TimeSpan TransactionLifetime = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<IPEndPoint> _endpoints = [FreeEndpoint(), FreeEndpoint(), FreeEndpoint()];
    private int _answers;

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
            var killing = KillAgainAndAgainAsync(folder, storage, replicas, done.Token);
            var passed = await Task.WhenAll(
                Enumerable.Range(0, Sessions).Select(session => Task.Run(() => SendAsync(session, _endpoints[session % replicas]))));
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

    /// <summary>Gives how many recipients were let through. Every message is asked about until an answer comes.</summary>
    private async Task<int> SendAsync(int session, IPEndPoint endpoint)
    {
        var passed = 0;
        PolicyClient? mta = null;

        for (var i = 0; i < MessagesEach; i++)
        {
            var recipients = 1 + (i % 3);
            string? answer = null;

            while (answer is null)
            {
                try
                {
                    mta ??= await Eventually.IsAsync(() => TryConnectAsync(endpoint), client => client is not null, "a service that listens");
                    await mta!.SendAsync(PolicyClient.Request(
                        "END-OF-MESSAGE", ("instance", $"{session}.{i}"), ("queue_id", $"Q{session}X{i}"), ("recipient_count", $"{recipients}")));
                    answer = await mta.ReadAnswerAsync();
                }
                catch (Exception lost) when (lost is SocketException or IOException)
                {
                    // Killed in the middle: asked again once it is back, as an MTA does.
                }

                if (answer is null)
                {
                    mta?.Dispose();
                    mta = null;
                }
            }

            Interlocked.Increment(ref _answers);
            passed += answer == "action=DUNNO" ? recipients : 0;
        }

        mta?.Dispose();

        return passed;
    }

    private static async Task<PolicyClient?> TryConnectAsync(IPEndPoint endpoint)
    {
        try
        {
            return await PolicyClient.ConnectAsync(endpoint);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Kills one replica after the other, whenever a fifth of all answers has come.</summary>
    private async Task<int> KillAgainAndAgainAsync(string folder, string[] storage, int replicas, CancellationToken done)
    {
        var processes = _endpoints.Take(replicas).Select(endpoint => Start(folder, storage, endpoint)).ToList();
        var kills = 0;

        while (!done.IsCancellationRequested)
        {
            var next = (kills + 1) * Sessions * MessagesEach / 5;
            using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(2));

            while (!done.IsCancellationRequested && (kills >= 4 || Volatile.Read(ref _answers) < next))
            {
                await ticks.WaitForNextTickAsync(CancellationToken.None);
            }

            if (!done.IsCancellationRequested)
            {
                var victim = kills % replicas;
                await EndAsync(processes[victim]);
                processes[victim] = Start(folder, storage, _endpoints[victim]);
                kills++;
            }
        }

        await Task.WhenAll(processes.Select(EndAsync));

        return kills;
    }

    private static Process Start(string folder, string[] storage, IPEndPoint endpoint) => Process.Start(new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "MailStats.Policy.dll"), "--urls", "http://127.0.0.1:0", .. storage,
            "--Policy:Listen:0", string.Create(CultureInfo.InvariantCulture, $"{endpoint}"), "--Logging:LogLevel:Default", "None",
        ])
        { WorkingDirectory = folder })!;

    private static async Task EndAsync(Process process)
    {
        using (process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static IPEndPoint FreeEndpoint()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();

        return (IPEndPoint)socket.LocalEndpoint;
    }
}
