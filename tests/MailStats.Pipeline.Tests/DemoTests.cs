using System.Globalization;
using MailStats.Pipeline.Tests.Processes;
using MailStats.Standalone.Demo;

namespace MailStats.Pipeline.Tests;

public sealed class DemoTests
{
    private const string MonthIsIn = "The demo's month is in";

    [Fact]
    public async Task A_month_of_traffic_stands_under_a_tenant_of_its_own_and_a_restart_repeats_it_without_effect()
    {
        await using var app = await StandaloneApp.StartDemoAsync();
        var keyFile = Path.Combine(app.Data, "demo.key");
        var key = (await File.ReadAllTextAsync(keyFile)).Trim();
        using var demo = new MailStatsClient(app.Process.Address, key);

        Assert.Contains($"{app.Process.Address}#key={key}", app.Process.Output, StringComparison.Ordinal);

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(keyFile));
        }

        await Eventually.IsAsync(() => demo.TotalsAsync("period=last-30-days"), totals => totals.Recipients > 10_000, "a month of traffic");
        await Eventually.IsAsync(
            async () => (await demo.GetAsync("/v1/quota")).GetProperty("level").GetString(), level => level == "orange", "an orange quota");
        Assert.Equal(0, (await app.Client.TotalsAsync("period=last-30-days")).Recipients);

        var (past, sent) = PastDays();
        await MonthIsInAsync();
        var before = await Eventually.IsAsync(
            () => demo.TotalsAsync(past),
            totals => (totals.Recipients, totals.Delivered, totals.Pending) == (sent.Count, sent.Count(fate => fate == "delivered"), 0),
            "every message of the past days with its fate");

        await app.KillAndRestartAsync();
        await MonthIsInAsync();

        Assert.Equal(key, (await File.ReadAllTextAsync(keyFile)).Trim());
        Assert.Equal(before, await demo.TotalsAsync(past));

        Task MonthIsInAsync() => Eventually.IsAsync(
            () => Task.FromResult(app.Process.Output.Contains(MonthIsIn, StringComparison.Ordinal)), isIn => isIn, "the end of the month's events");
    }

    [Fact]
    public async Task A_MailStats_elsewhere_is_fed_under_the_tenant_of_the_key()
    {
        await using var app = await StandaloneApp.StartAsync();
        var (past, sent) = PastDays();
        using var stop = new CancellationTokenSource();
        var key = (await File.ReadAllTextAsync(app.KeyFile)).Trim();

        var feeding = FeedCommand.Create().Parse(["--url", app.Process.Address.ToString(), "--key", key]).InvokeAsync(cancellationToken: stop.Token);
        await Eventually.IsAsync(() => app.Client.TotalsAsync(past), totals => totals.Recipients == sent.Count, "every message of the past days");
        await stop.CancelAsync();

        Assert.Equal(0, await feeding);
    }

    /// <summary>Days that are over by far, which neither the trickle nor a midnight touches, and the fate of each of their messages.</summary>
    private static (string Query, IReadOnlyList<string?> Fates) PastDays()
    {
        var today = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        var (from, to) = (today.AddDays(-25), today.AddDays(-5));
        var fates = new DemoTraffic(TimeProvider.System).Month()
            .Where(submitted => submitted.AcceptedAt >= from && submitted.AcceptedAt < to.AddDays(1) && submitted.Event != "complained")
            .GroupBy(submitted => submitted.MessageKey)
            .Select(message => message.MaxBy(submitted => submitted.OccurredAt)!.Event)
            .ToList();

        return (string.Create(CultureInfo.InvariantCulture, $"from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}&timeZone=Etc/UTC"), fates);
    }
}
