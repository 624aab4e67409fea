using System.Net.Http.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>Several tabs of one browser, and a page that is only called live while it is.</summary>
[Collection(SharedDashboard.Name)]
public sealed class TabTests(DashboardFixture fixture)
{
    private const int Tabs = 6;

    [SkippableFact]
    public async Task Six_tabs_share_one_stream_and_all_of_them_move()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var standalone = await StandaloneProcess.StartAsync();
        await using var first = await fixture.OpenAsync(standalone, "/");
        var streams = 0;
        first.Page.Context.Request += (_, request) => Interlocked.Add(ref streams, IsStream(request) ? 1 : 0);
        first.Page.Context.RequestFinished += (_, request) => Interlocked.Add(ref streams, IsStream(request) ? -1 : 0);
        first.Page.Context.RequestFailed += (_, request) => Interlocked.Add(ref streams, IsStream(request) ? -1 : 0);
        await Expect(Live(first.Page)).ToHaveTextAsync("Live");
        var pages = new List<IPage> { first.Page };
        while (pages.Count < Tabs)
        {
            var page = await first.Page.Context.NewPageAsync();
            await page.GotoAsync(standalone.Address.ToString());
            pages.Add(page);
        }

        foreach (var page in pages)
        {
            await Expect(Recipients(page)).ToHaveTextAsync("0");
            await Expect(Live(page)).ToHaveTextAsync("Live");
        }

        // The first tab's stream began before they were counted; no other tab opened one.
        Assert.InRange(streams, 0, 1);
        await standalone.IngestAsync([Delivered(1)]);
        foreach (var page in pages)
        {
            await Expect(Recipients(page)).ToHaveTextAsync("1");
        }

        // Whoever holds the stream is closed: another tab goes on.
        await pages[0].CloseAsync();
        await standalone.IngestAsync([Delivered(2)]);
        foreach (var page in pages.Skip(1))
        {
            await Expect(Recipients(page)).ToHaveTextAsync("2");
        }

        static bool IsStream(IRequest request) => request.Url.EndsWith("/v1/live", StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_moves_while_one_tab_takes_over_from_another_is_not_missed()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var standalone = await StandaloneProcess.StartAsync();
        await using var first = await fixture.OpenAsync(standalone, "/");
        await Expect(Live(first.Page)).ToHaveTextAsync("Live");
        var second = await first.Page.Context.NewPageAsync();
        await second.GotoAsync(standalone.Address.ToString());
        await Expect(Recipients(second)).ToHaveTextAsync("0");
        await Expect(Live(second)).ToHaveTextAsync("Live");

        // The second tab's stream begins when all others have been told of the mail.
        await using var elsewhere = await fixture.OpenAsync(standalone, "/");
        await Expect(Live(elsewhere.Page)).ToHaveTextAsync("Live");
        var told = new TaskCompletionSource();
        await second.RouteAsync("**/v1/live", async route =>
        {
            await told.Task;
            await route.ContinueAsync();
        });
        await first.Page.CloseAsync();
        await standalone.IngestAsync([Delivered(1)]);
        await Expect(Recipients(elsewhere.Page)).ToHaveTextAsync("1");
        told.SetResult();

        await Expect(Recipients(second)).ToHaveTextAsync("1", new() { Timeout = 10_000 });
    }

    [SkippableFact]
    public async Task Numbers_that_are_older_than_15_seconds_are_not_called_live()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var standalone = await StandaloneProcess.StartAsync();
        await using var opened = await fixture.OpenAsync(standalone, "/");
        opened.ExpectsFailures = true;
        var page = opened.Page;
        await Expect(Live(page)).ToHaveTextAsync("Live");

        // The stream goes on, but no answer comes for the numbers.
        await page.RouteAsync("**/v1/overview*", _ => Task.CompletedTask);
        await standalone.IngestAsync([Delivered(1)]);

        await Expect(page.Locator(".live")).ToHaveAttributeAsync("data-state", "stale", new() { Timeout = 30_000 });
        await Expect(Live(page)).ToContainTextAsync("Late");
        await page.UnrouteAllAsync(new() { Behavior = UnrouteBehavior.IgnoreErrors });
    }

    [SkippableFact]
    public async Task A_server_that_hangs_is_noticed_within_ten_seconds()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var standalone = await StandaloneProcess.StartAsync();
        await using var opened = await fixture.OpenAsync(standalone, "/");
        opened.ExpectsFailures = true;
        await Expect(Live(opened.Page)).ToHaveTextAsync("Live");

        await standalone.StopAsync();
        try
        {
            await Expect(opened.Page.Locator(".live")).ToHaveAttributeAsync("data-state", "lost", new() { Timeout = 10_000 });
        }
        finally
        {
            await standalone.ContinueAsync();
        }

        await Expect(Live(opened.Page)).ToHaveTextAsync("Live", new() { Timeout = 30_000 });
    }

    [SkippableFact]
    public async Task A_changed_limit_and_a_revoked_key_show_within_five_seconds()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var standalone = await StandaloneProcess.StartAsync();
        using var made = await standalone.Client.PostAsJsonAsync("/v1/admin/keys", new { name = "reader", scopes = new[] { "read" } });
        var key = await made.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>();
        await using var opened = await fixture.NewPageAsync(standalone);
        opened.ExpectsFailures = true;
        var page = opened.Page;
        await page.GotoAsync($"/#key={key.GetProperty("key").GetString()}");
        await Expect(Live(page)).ToHaveTextAsync("Live");

        using var limit = await standalone.Client.PutAsJsonAsync("/v1/admin/quotas", new { limit = 1234 });
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Monthly quota" })).ToContainTextAsync("0 of 1,234", new() { Timeout = 5_000 });
        using var revoked = await standalone.Client.DeleteAsync(
            new Uri($"/v1/admin/keys/{key.GetProperty("stored").GetProperty("id").GetString()}", UriKind.Relative));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync(new() { Timeout = 5_000 });
    }

    [SkippableFact]
    public async Task An_open_overview_asks_at_most_ten_times_in_ten_seconds_while_mail_streams()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var standalone = await StandaloneProcess.StartAsync();
        await standalone.IngestAsync([Delivered(0)]);
        await standalone.WaitForRecipientsAsync(1);
        await using var opened = await fixture.OpenAsync(standalone, "/");
        var page = opened.Page;
        await Expect(Live(page)).ToHaveTextAsync("Live");
        await PageTests.SettledAsync(page);

        var settled = await page.EvaluateAsync<double>("performance.now()");
        using var quarter = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        for (var number = 1; number <= 40; number++)
        {
            await standalone.IngestAsync([Delivered(number)]);
            await quarter.WaitForNextTickAsync();
        }

        // By the page's own clock: a busy machine takes longer than ten seconds for the forty.
        var asked = await page.EvaluateAsync<double[]>(
            "since => performance.getEntriesByType('resource').filter(e => e.name.includes('/v1/') && e.startTime >= since)"
            + ".map(e => e.startTime).sort((a, b) => a - b)",
            settled);
        Assert.NotEmpty(asked);
        Assert.All(asked, first => Assert.InRange(asked.Count(at => at >= first && at < first + 10_000), 1, 10));
        await Expect(Recipients(page)).ToHaveTextAsync("41", new() { Timeout = 15_000 });
    }

    [SkippableFact]
    public async Task Another_tab_that_signs_in_as_somebody_else_changes_nobodys_page()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var standalone = await StandaloneProcess.StartAsync();
        using var tenant = await standalone.Client.PostAsJsonAsync("/v1/admin/tenants", new { id = "other", name = "Other Ltd.", timeZone = "UTC" });
        using var made = await standalone.Client.PostAsJsonAsync("/v1/admin/tenants/other/keys", new { name = "theirs", scopes = new[] { "read" } });
        var key = (await made.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()).GetProperty("key").GetString();
        await using var opened = await fixture.OpenAsync(standalone, "/");
        await Expect(opened.Page.Locator(".tenant")).Not.ToBeEmptyAsync();
        var own = await opened.Page.Locator(".tenant").InnerTextAsync();

        var other = await opened.Page.Context.NewPageAsync();
        other.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await other.GotoAsync(new Uri(standalone.Address, $"/#key={key}").ToString());
        await Expect(other.Locator(".tenant")).ToHaveTextAsync("Other Ltd.");

        await Expect(opened.Page.GetByText("Another tab has signed in with another key.")).ToBeVisibleAsync();
        Assert.Empty(await PageTests.ViolationsAsync(opened.Page));
        await opened.Page.ReloadAsync();
        await Expect(opened.Page.Locator(".tenant")).ToHaveTextAsync(own);
        await Expect(other.Locator(".tenant")).ToHaveTextAsync("Other Ltd.");
    }

    private static ILocator Live(IPage page) => page.Locator(".live");

    private static ILocator Recipients(IPage page) => page.Locator("[data-indicator=recipients] .indicator-value");

    private static object Delivered(int number) => new
    {
        @event = "delivered", occurredAt = TimeProvider.System.GetUtcNow().AddSeconds(-number - 1), messageKey = $"m{number}",
        recipient = $"r{number}@example.net", sender = "news@shop.example", subject = "Hello", replyCode = 250,
    };
}
