using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace MailStats.Attack.Tests;

/// <summary>What another tenant sees meanwhile: fifty requests of one event a second, and how each was answered.</summary>
internal sealed record HonestTraffic(TimeSpan P99, IReadOnlyList<HttpStatusCode> Refusals, int Requests, long PeakBytes)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(20);

    private static int _number;

    public static async Task<HonestTraffic> RunAsync(House house, Edge edge, TimeSpan time)
    {
        using var client = new HttpClient { BaseAddress = house.AddressOf(edge), Timeout = TimeSpan.FromSeconds(30) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", house.HonestKey);
        using var standalone = Process.GetProcessById(house.StandaloneId);
        using var ticks = new PeriodicTimer(Every);
        var waits = new List<TimeSpan>();
        var refusals = new List<HttpStatusCode>();
        var start = Stopwatch.GetTimestamp();
        var peak = 0L;

        while (Stopwatch.GetElapsedTime(start) < time && await ticks.WaitForNextTickAsync())
        {
            var asked = Stopwatch.GetTimestamp();
            using var content = new StringContent(Event(), Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("/v1/events", UriKind.Relative), content);
            waits.Add(Stopwatch.GetElapsedTime(asked));

            if (answer.StatusCode != HttpStatusCode.Accepted)
            {
                refusals.Add(answer.StatusCode);
            }

            standalone.Refresh();
            peak = Math.Max(peak, standalone.WorkingSet64);
        }

        waits.Sort();

        return new(waits[(int)(waits.Count * 0.99)], refusals, waits.Count, peak);
    }

    /// <summary>A thousand events a request, one after the other, as the import of a log sends them.</summary>
    public static async Task ImportAsync(House house, Edge edge, int requests)
    {
        using var client = new HttpClient { BaseAddress = house.AddressOf(edge) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", house.HonestKey);

        for (var request = 0; request < requests; request++)
        {
            using var content = new StringContent($"[{string.Join(',', Enumerable.Range(0, 1_000).Select(_ => Event()))}]", Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("/v1/events", UriKind.Relative), content);
            answer.EnsureSuccessStatusCode();
        }
    }

    private static string Event() => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        {"event":"delivered","occurredAt":"2026-11-20T09:14:03Z","messageKey":"m{{Interlocked.Increment(ref _number)}}",
        "recipient":"ann@example.net","sender":"news@honest.example"}
        """);
}
