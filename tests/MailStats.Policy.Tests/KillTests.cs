using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Quotas;
using MailStats.Stores.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MailStats.Policy.Tests;

/// <summary>kill -9 of the Policy process while MTAs ask: they ask again with the same instance, as Postfix does.</summary>
public sealed class KillTests
{
    private const int Sessions = 16;
    private const int MessagesEach = 40;
    private const int Limit = 900;

    private readonly IPEndPoint _endpoint = FreeEndpoint();
    private int _answers;

    [Fact]
    public async Task No_recipient_is_lost_or_charged_twice()
    {
        var folder = Directory.CreateTempSubdirectory("mailstats-kill-");
        var builder = Host.CreateApplicationBuilder(["--Storage:Path", folder.FullName]);
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
            var killing = KillAgainAndAgainAsync(folder.FullName, done.Token);
            var passed = await Task.WhenAll(Enumerable.Range(0, Sessions).Select(session => Task.Run(() => SendAsync(session))));
            await done.CancelAsync();
            var kills = await killing;

            var standing = (await quotas.StandingsAsync(new StatisticsScope("acme"), default))[0];
            Assert.Equal(standing.Taken, passed.Sum());
            Assert.True(standing.Taken is > Limit - 3 and <= Limit, $"{standing.Taken} of {Limit}");
            Assert.True(kills >= 3, $"{kills} kills");
            Assert.Empty(await quotas.VerifyAsync(repair: false, default));
            await store.StopAsync();
        }

        folder.Delete(recursive: true);
    }

    /// <summary>Gives how many recipients were let through. Every message is asked about until an answer comes.</summary>
    private async Task<int> SendAsync(int session)
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
                    mta ??= await Eventually.IsAsync(TryConnectAsync, client => client is not null, "a service that listens");
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

    private async Task<PolicyClient?> TryConnectAsync()
    {
        try
        {
            return await PolicyClient.ConnectAsync(_endpoint);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Kills the service whenever a fifth of all answers has come since its start.</summary>
    private async Task<int> KillAgainAndAgainAsync(string folder, CancellationToken done)
    {
        for (var kills = 0; ; kills++)
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "MailStats.Policy.dll"), "--urls", "http://127.0.0.1:0", "--Storage:Path", folder,
                "--Policy:Listen:0", string.Create(CultureInfo.InvariantCulture, $"{_endpoint}"), "--Logging:LogLevel:Default", "None",
            ])
            { WorkingDirectory = folder })!;
            var next = (kills + 1) * Sessions * MessagesEach / 5;
            using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(2));

            while (!done.IsCancellationRequested && (kills >= 4 || Volatile.Read(ref _answers) < next))
            {
                await ticks.WaitForNextTickAsync(CancellationToken.None);
            }

            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);

            if (done.IsCancellationRequested)
            {
                return kills;
            }
        }
    }

    private static IPEndPoint FreeEndpoint()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();

        return (IPEndPoint)socket.LocalEndpoint;
    }
}
