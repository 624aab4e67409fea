using System.Diagnostics;
using System.Globalization;

namespace MailStats.ApiBench;

/// <summary>The whole CSV of failures through the gateway, and what memory the processes hold meanwhile.</summary>
internal static class Export
{
    private const int Megabyte = 1 << 20;

    public static async Task<int> RunAsync(int deliveries, int domains, CancellationToken cancellationToken)
    {
        using var data = new TemporaryFolder();
        var key = await Mail.FillAsync(data.Path, deliveries, domains, bouncedOf: 1, cancellationToken);
        await using var services = await Services.StartAsync(data.Path);
        using var client = Services.Client(services.Gateway.Address, key, 1);
        var warmUp = await client.GetStringAsync(new Uri("/v1/error-events?limit=500", UriKind.Relative), cancellationToken);
        var idle = services.Resident();
        var highest = idle;
        var (rows, bytes) = (0L, 0L);
        var used = services.Used();
        var start = Stopwatch.GetTimestamp();

        using var response = await client.GetAsync(
            new Uri("/v1/error-events.csv", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var body = await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[Megabyte];

        for (int read, reads = 0; (read = await body.ReadAsync(buffer, cancellationToken)) > 0; reads++)
        {
            bytes += read;
            rows += buffer.AsSpan(0, read).Count((byte)'\n');

            if (reads % 100 == 0)
            {
                var now = services.Resident();
                highest = (Math.Max(highest.Query, now.Query), Math.Max(highest.Gateway, now.Gateway));
            }
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var after = services.Used();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{rows - 1:N0} rows, {bytes / Megabyte:N0} MB in {seconds:N1} s: {(rows - 1) / seconds:N0} rows/s; processor: "
            + $"Query {(after.Query - used.Query).TotalSeconds:N1} s, gateway {(after.Gateway - used.Gateway).TotalSeconds:N1} s"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"resident before → at most: Query {idle.Query / Megabyte:N0} → {highest.Query / Megabyte:N0} MB, "
            + $"gateway {idle.Gateway / Megabyte:N0} → {highest.Gateway / Megabyte:N0} MB"));

        return warmUp.Length > 0 && rows - 1 == deliveries ? 0 : 1;
    }
}
