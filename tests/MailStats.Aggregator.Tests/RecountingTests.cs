using MailStats.Aggregator.Upkeep;
using MailStats.Stores;
using MailStats.Stores.Upkeep;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MailStats.Aggregator.Tests;

public sealed class RecountingTests
{
    [Fact]
    public async Task After_an_upgrade_everything_is_counted_again_once_as_soon_as_the_store_is_there()
    {
        var time = new FakeTimeProvider();
        var store = new UpgradedStore { IsAway = true };
        using var recounting = new Recounting(store, time, NullLogger<Recounting>.Instance);

        await recounting.StartAsync(default);
        await store.Asked.WaitAsync(TimeSpan.FromSeconds(20));
        store.IsAway = false;
        await Eventually.HoldsAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMinutes(1));

                return Task.FromResult(recounting.ExecuteTask!.IsCompleted);
            },
            "an end");

        await recounting.ExecuteTask!;
        Assert.Equal([true], store.Repairs);
    }

    [Fact]
    public async Task Where_nothing_is_due_nothing_is_counted()
    {
        var store = new UpgradedStore { IsDue = false };
        using var recounting = new Recounting(store, TimeProvider.System, NullLogger<Recounting>.Instance);

        await recounting.StartAsync(default);
        await recounting.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Empty(store.Repairs);
    }

    private sealed class UpgradedStore : IVerificationStore
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsAway { get; set; }

        public bool IsDue { get; init; } = true;

        public Task Asked => _asked.Task;

        public List<bool> Repairs { get; } = [];

        public Task<VerificationReport> VerifyAsync(bool repair, CancellationToken cancellationToken)
        {
            Repairs.Add(repair);

            return Task.FromResult(new VerificationReport(3, 1, true, []));
        }

        public Task<bool> IsRecountDueAsync(CancellationToken cancellationToken)
        {
            _asked.TrySetResult();

            return IsAway ? throw new StorageUnavailableException("away", null) : Task.FromResult(IsDue);
        }
    }
}
