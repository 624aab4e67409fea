namespace MailStats.Stores.Tests.Sqlite;

public sealed class SqliteConcurrencyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Many_that_open_a_new_file_at_once_all_may_use_it()
    {
        const int openers = 6;

        for (var round = 0; round < 60; round++)
        {
            await using var first = new TemporaryStore();
            var stores = Enumerable.Range(0, openers).Select(_ => (TemporaryStore)first.Another()).ToList();
            using var together = new Barrier(openers);

            await Task.WhenAll(stores.Select(store => Task.Factory.StartNew(
                () =>
                {
                    together.SignalAndWait(Patience);
                    store.Files.Statistics.EnsureReady();
                },
                default,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default))).WaitAsync(Patience);

            foreach (var store in stores)
            {
                await store.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task An_urgent_writing_that_comes_while_another_is_written_is_not_left_waiting()
    {
        await using var store = new TemporaryStore();
        var database = store.Files.Statistics;
        using var second = new ManualResetEventSlim();

        var writings = Task.WhenAll(
            database.WriteUrgentAsync(_ => second.Wait(Patience), this, default),
            Task.Run(() =>
            {
                var writing = database.WriteUrgentAsync(_ => true, this, default);
                second.Set();
                return writing;
            }));

        Assert.All(await writings.WaitAsync(Patience), Assert.True);
    }
}
