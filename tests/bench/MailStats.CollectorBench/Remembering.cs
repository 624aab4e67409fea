using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailStats.CollectorBench;

/// <summary>How much memory the Collector takes for logs of growing size.</summary>
internal static class Remembering
{
    public static async Task MeasureAsync(string format, FileInfo log, int megabytes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var server = builder.Build();
        server.MapPost("/v1/events", TakeAsync);
        await server.StartAsync();

        foreach (var size in new[] { 10, 100, 1_000 }.Where(size => size < megabytes).Append(megabytes))
        {
            using var enlarged = EnlargedLog.Of(format, log, size, later: true);
            using var state = new TemporaryFolder();
            var before = Measured.ChildrenTime();
            var start = new ProcessStartInfo(
                "dotnet",
                [
                    Repository.Program("services/Collector"), "import", "--format", format, "--year", "2026", "--time-zone", "UTC",
                    "--url", server.Urls.First(), "--key", "k",
                    "--state", state.Path, enlarged.Path,
                ])
            {
                RedirectStandardOutput = true,
            };
            using var process = Process.Start(start)!;
            var peak = 0.0;
            using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (!process.HasExited && await ticks.WaitForNextTickAsync())
            {
                try
                {
                    peak = Math.Max(peak, Measured.PeakMegabytes(process.Id));
                }
                catch (Exception exception) when (exception is IOException or InvalidOperationException)
                {
                    // It has just ended.
                }
            }

            await process.WaitForExitAsync();
            var processor = Measured.ChildrenTime() - before;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{size,6:N0} MB, {enlarged.Lines:N0} lines: peak {peak:N0} MB; " +
                $"{processor.TotalSeconds:N2} s of processor = {enlarged.Lines / processor.TotalSeconds:N0} lines/s, exit code {process.ExitCode}"));
        }
    }

    /// <summary>Takes every event and keeps none.</summary>
    private static async Task TakeAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await context.Response.WriteAsync("{}");
    }
}
