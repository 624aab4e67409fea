using System.Diagnostics;
using System.Globalization;
using MailStats.Pipeline.Tests.Processes;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailStats.PipelineBench;

/// <summary>The programs under test, in processes of their own.</summary>
internal sealed class Programs(string tree) : IAsyncDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly List<(string Name, ServiceProcess Process)> _processes = [];
    private RabbitMqNode? _broker;

    public Uri Ingest { get; private set; } = null!;

    public Uri Query { get; private set; } = null!;

    public string Key { get; private set; } = "";

    /// <param name="tree">The checkout that they are built in.</param>
    public static Task<Programs> StandaloneAsync(string tree) => StartedAsync(tree, async programs =>
    {
        var process = await programs.StartAsync(
            "services/Standalone", ["--data", programs._data.Path], ("Edge__RequestsPerSecond", "100000"), ("Edge__Burst", "100000"));
        programs.Ingest = programs.Query = process.Address;
        programs.Key = (await File.ReadAllTextAsync(Path.Combine(programs._data.Path, "admin.key"))).Trim();
    });

    /// <param name="tree">The checkout that they are built in.</param>
    public static Task<Programs> DistributedAsync(string tree) => StartedAsync(tree, async programs =>
    {
        programs._broker = await RabbitMqNode.StartAsync();
        programs.Key = await MakeKeyAsync(programs._data.Path);
        (string, string)[] settings =
        [
            ("Messaging__Transport", "RabbitMq"), ("Messaging__Uri", programs._broker.Uri.ToString()),
            ("Storage__Provider", "Sqlite"), ("Storage__Path", programs._data.Path),
        ];
        programs.Ingest = (await programs.StartAsync("services/Ingest", [], settings)).Address;
        programs.Query = (await programs.StartAsync("services/Query", [], settings)).Address;
        await programs.StartAsync("services/Classifier", [], settings);
        await programs.StartAsync("services/Aggregator", [], settings);
    });

    /// <summary>Bus messages in all queues of the broker, those included that a consumer holds and has not acknowledged yet.</summary>
    public async Task<long> WaitingMessagesAsync()
    {
        var start = new ProcessStartInfo(_broker!.Control["RABBITMQCTL"], ["--quiet", "list_queues", "messages"]) { RedirectStandardOutput = true };

        foreach (var (name, value) in _broker.Control)
        {
            start.Environment[name] = value;
        }

        using var control = Process.Start(start)!;
        var lines = await control.StandardOutput.ReadToEndAsync();
        await control.WaitForExitAsync();

        return lines.Split('\n').Sum(line => long.TryParse(line, CultureInfo.InvariantCulture, out var messages) ? messages : 0);
    }

    /// <summary>The memory that each program has resident now, in MB.</summary>
    public IReadOnlyDictionary<string, double> Resident() =>
        _processes.ToDictionary(program => program.Name, program => Resident(program.Process.Id, "VmRSS:"));

    /// <summary>The memory each program has resident now, and the most it has had, in MB.</summary>
    public string Memory() => string.Join(", ", _processes.Select(program =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{program.Name} {Resident(program.Process.Id, "VmRSS:"):N0} MB (at most {Resident(program.Process.Id, "VmHWM:"):N0} MB)")));

    /// <summary>Processor time of each program so far: says what an event costs on a machine that is busy with other things too.</summary>
    public IReadOnlyList<(string Program, TimeSpan Time)> Processor() => _processes.ConvertAll(program =>
    {
        using var running = Process.GetProcessById(program.Process.Id);

        return (program.Name, running.TotalProcessorTime);
    });

    /// <summary>
    /// Until the programs have done what they do beside the events, as the search index: half a second of which they use a
    /// twentieth at most.
    /// </summary>
    public async Task RestAsync()
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(500));

        for (var (before, now) = (TimeSpan.Zero, Spent()); now - before > TimeSpan.FromMilliseconds(25); (before, now) = (now, Spent()))
        {
            await ticks.WaitForNextTickAsync();
        }

        TimeSpan Spent() => Processor().Aggregate(TimeSpan.Zero, (sum, program) => sum + program.Time);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, process) in _processes)
        {
            await process.StopAsync();
            await process.DisposeAsync();
        }

        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        _data.Dispose();
    }

    // What was started before something failed is stopped too.
    private static async Task<Programs> StartedAsync(string tree, Func<Programs, Task> start)
    {
        var programs = new Programs(tree);

        try
        {
            await start(programs);

            return programs;
        }
        catch
        {
            await programs.DisposeAsync();

            throw;
        }
    }

    private static double Resident(int process, string what)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(text => text.StartsWith(what, StringComparison.Ordinal));

        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    private static async Task<string> MakeKeyAsync(string folder)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection([new("Storage:Provider", "Sqlite"), new("Storage:Path", folder)]);
        builder.AddStores<SqliteStores, MongoStores>();
        using var host = builder.Build();
        await host.Services.GetRequiredService<ITenantStore>().SaveAsync(new Tenant("bench", "Bench", "Etc/UTC", TimeProvider.System.GetUtcNow()), default);

        return (await host.Services.GetRequiredService<IApiKeyStore>().CreateAsync("bench", new("bench", Scopes.All, [], null), default)).Key;
    }

    private async Task<ServiceProcess> StartAsync(string project, string[] arguments, params (string, string)[] settings)
    {
        var process = await ServiceProcess.StartAsync(Path.Combine(tree, project), null, arguments, settings);
        _processes.Add((Path.GetFileName(project), process));

        return process;
    }
}
