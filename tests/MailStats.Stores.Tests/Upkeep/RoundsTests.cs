using System.Threading.Channels;
using MailStats.Stores.Upkeep;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MailStats.Stores.Tests.Upkeep;

public sealed class RoundsTests
{
    [Fact]
    public async Task A_round_that_fails_is_begun_again_later_and_later_and_never_ends_the_work() => Assert.Equal(
        [1, 2, 4, 8, 16, 32, 64, 64, 1, 1], await PausesAsync(round => round is >= 1 and <= 7 ? new InvalidDataException("A row is damaged.") : null));

    [Fact]
    public async Task A_time_out_inside_a_round_is_a_failure_like_another() =>
        Assert.Equal([1, 2, 1], await PausesAsync(round => round == 1 ? new OperationCanceledException() : null, 3));

    [Fact]
    public async Task A_store_that_is_away_is_asked_again_at_the_next_turn() =>
        Assert.Equal([1, 1, 1, 1], await PausesAsync(round => round <= 2 ? new StorageUnavailableException("It is away.", null) : null, 4));

    /// <summary>Seconds that it waits before its rounds, which fail as told.</summary>
    private static async Task<List<double>> PausesAsync(Func<int, Exception?> failure, int count = 10)
    {
        var time = new WatchedTime();
        using var work = new Work(time, failure);
        await work.StartAsync(default);
        var pauses = new List<double>();

        while (pauses.Count < count)
        {
            var pause = await time.Waits.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            pauses.Add(pause.TotalSeconds);
            time.Advance(pause);
        }

        // A host that is disposed of does not stop its parts first.
        work.Dispose();
        await work.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(30));

        return pauses;
    }

    private sealed class Work(TimeProvider time, Func<int, Exception?> failure) : Rounds(time, NullLogger.Instance)
    {
        private int _round;

        protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

        protected override string NotDone => "It could not be done";

        protected override Task RoundAsync(CancellationToken stoppingToken) => failure(++_round) is { } error ? Task.FromException(error) : Task.CompletedTask;
    }

    /// <summary>Tells what is waited for.</summary>
    private sealed class WatchedTime : FakeTimeProvider
    {
        private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

        public ChannelReader<TimeSpan> Waits => _waits.Reader;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _waits.Writer.TryWrite(dueTime);

            return timer;
        }
    }
}
