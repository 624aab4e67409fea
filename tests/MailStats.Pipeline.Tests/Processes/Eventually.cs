using System.Diagnostics;

namespace MailStats.Pipeline.Tests.Processes;

/// <summary>Waits for what another process will bring about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>Asks until the answer is as wanted; fails with the last one when it never is.</summary>
    public static async Task<T> IsAsync<T>(Func<Task<T>> ask, Func<T, bool> wanted, string what)
    {
        var watch = Stopwatch.StartNew();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));

        while (true)
        {
            var answer = await ask();

            if (wanted(answer))
            {
                return answer;
            }

            Assert.True(watch.Elapsed < Limit, $"{what} did not happen in {Limit}; last: {answer}");
            await ticks.WaitForNextTickAsync();
        }
    }
}
