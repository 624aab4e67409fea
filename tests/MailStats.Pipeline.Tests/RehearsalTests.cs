using MailStats.Standalone;
using Microsoft.Extensions.Logging;

namespace MailStats.Pipeline.Tests;

public sealed class RehearsalTests
{
    [Fact]
    public async Task It_is_played_to_its_end_and_leaves_nothing()
    {
        var before = Folders();
        var log = new Failing();

        await new Rehearsal(log).StartingAsync(CancellationToken.None);

        Assert.Empty(log.Failures);
        Assert.Empty(Folders().Except(before));
    }

    [Fact]
    public async Task What_fails_in_it_is_told_to_who_looks_for_it_and_does_not_end_the_start()
    {
        var before = Folders();
        var log = new Failing();

        await new Rehearsal(log).StartingAsync(new(canceled: true));

        Assert.IsAssignableFrom<OperationCanceledException>(Assert.Single(log.Failures));
        Assert.Empty(Folders().Except(before));
    }

    private static string[] Folders() => Directory.GetDirectories(Path.GetTempPath(), "mailstats-rehearsal-*");

    private sealed class Failing : ILogger<Rehearsal>
    {
        public List<Exception> Failures { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Failures.Add(exception!);
    }
}
