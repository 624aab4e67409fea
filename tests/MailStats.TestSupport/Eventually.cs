using System.Diagnostics;

namespace MailStats.TestSupport;

/// <summary>Waits for what another thread or process will bring about.</summary>
public static class Eventually
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Asks until the answer is as wanted.</summary>
    /// <exception cref="TimeoutException">It never was within two minutes; tells the last answer.</exception>
    public static async Task<T> IsAsync<T>(Func<Task<T>> ask, Func<T, bool> wanted, string what)
    {
        var start = Stopwatch.GetTimestamp();
        using var ticks = new PeriodicTimer(_pause);

        while (true)
        {
            var answer = await ask();

            if (wanted(answer))
            {
                return answer;
            }

            if (Stopwatch.GetElapsedTime(start) > _limit)
            {
                throw new TimeoutException($"{what} did not happen in {_limit}; last: {answer}");
            }

            await ticks.WaitForNextTickAsync();
        }
    }

    /// <summary>Asks until it holds.</summary>
    /// <exception cref="TimeoutException">It never did within two minutes.</exception>
    public static Task HoldsAsync(Func<Task<bool>> ask, string what) => IsAsync(ask, holds => holds, what);
}
