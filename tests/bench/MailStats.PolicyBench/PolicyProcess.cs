using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.Mail.Suppression;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Quotas;
using MailStats.Stores.Sqlite;
using MailStats.Stores.Suppression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailStats.PolicyBench;

/// <summary>The Policy service as a process, on a store that this process can set limits in.</summary>
internal sealed class PolicyProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly IHost _store;
    private readonly Process _process;

    private PolicyProcess(string folder, IHost store, Process process, int port)
    {
        (_folder, _store, _process, Port) = (folder, store, process, port);
    }

    public int Port { get; }

    public static async Task<PolicyProcess> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("mailstats-policybench-").FullName;
        var builder = Host.CreateApplicationBuilder(["--Storage:Provider", "Sqlite", "--Storage:Path", folder, "--Logging:LogLevel:Default", "Warning"]);
        builder.AddStores<SqliteStores, MongoStores>();
        var store = builder.Build();
        await store.StartAsync();
        var tenants = store.Services.GetRequiredService<ITenantStore>();
        await tenants.SaveAsync(new Tenant("acme", "Acme", "UTC", DateTimeOffset.UnixEpoch), default);
        await tenants.SaveDomainAsync(new SendingDomain("acme", "shop.example", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch), default);

        var port = FreePort();
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var root = output.Parent!.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        var program = Path.Combine(root, "services/Policy/bin", output.Parent!.Name, output.Name, "MailStats.Policy.dll");
        var process = Process.Start(new ProcessStartInfo("dotnet",
        [
            program, "--urls", "http://127.0.0.1:0", "--Storage:Provider", "Sqlite", "--Storage:Path", folder, "--Logging:LogLevel:Default", "Warning",
            "--Policy:Listen:0", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"),
        ]))!;
        var watch = Stopwatch.StartNew();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));

        while (!await AnswersAsync(port))
        {
            if (process.HasExited || watch.Elapsed > StartLimit)
            {
                throw new InvalidOperationException("The Policy service did not start.");
            }

            await ticks.WaitForNextTickAsync();
        }

        return new(folder, store, process, port);
    }

    /// <summary>Enforces a list of so many entries; gives the process's memory before there was one, in bytes.</summary>
    public async Task<long> SuppressAsync(int entries, Load load)
    {
        var list = _store.Services.GetRequiredService<ISuppressionStore>();
        await load.RunAsync("warm-up, empty list", limit: null, perSecond: 1000, TimeSpan.FromSeconds(3), this);
        _process.Refresh();
        var memory = _process.WorkingSet64;
        var watch = Stopwatch.StartNew();
        await list.SaveSettingsAsync("acme", null, new() { Mode = SuppressionMode.Enforce }, default);

        foreach (var some in Enumerable.Range(0, entries).Chunk(ISuppressionStore.MostAtOnce))
        {
            var added = some.Select(number => new SuppressionAddition(Load.AddressOf(number), null, SuppressionCause.Import, null, null));
            await list.AddAsync("acme", [.. added], tell: false, default);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{entries:N0} entries added in {watch.Elapsed.TotalSeconds:N0} s"));

        return memory;
    }

    /// <summary>Bytes an entry that the process and the store have grown by.</summary>
    public string Growth(long memory, int entries)
    {
        _process.Refresh();
        var disk = Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);

        return string.Create(
            CultureInfo.InvariantCulture,
            $"memory: {memory / 1e6:N0} MB before the list, {_process.WorkingSet64 / 1e6:N0} MB with it, "
            + $"{(double)(_process.WorkingSet64 - memory) / entries:N1} bytes an entry; "
            + $"on disk {disk / 1e6:N0} MB, {(double)disk / entries:N0} bytes an entry");
    }

    /// <summary>Sets the limit so that <paramref name="recipients"/> remain, or removes it; null sets one that is never reached.</summary>
    public async Task SetRemainingAsync(long? recipients)
    {
        var quotas = _store.Services.GetRequiredService<IQuotaStore>();
        var taken = (await quotas.StandingsAsync(new StatisticsScope("acme"), default))[0].Taken;
        await quotas.SaveLimitAsync(new QuotaLimit(new StatisticsScope("acme"), QuotaWindow.Month, taken + (recipients ?? 1_000_000_000)), default);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        await _store.StopAsync();
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();

        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
