using System.Text;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>The pages of the suppression list and of the brake: what is changed there is changed in the API.</summary>
[Collection(SharedDashboard.Name)]
public sealed class SuppressionPageTests(DashboardFixture fixture, SuppressionPageTests.NothingYet empty) : IClassFixture<SuppressionPageTests.NothingYet>
{
    private StandaloneProcess Standalone => empty.Standalone;

    [SkippableFact]
    public async Task An_address_is_put_on_the_list_found_and_taken_off_and_a_file_is_imported()
    {
        await using var opened = await OpenAsync("/settings/suppression");
        var page = opened.Page;
        await Expect(page.GetByText("Nobody is on the list")).ToBeVisibleAsync();
        var add = page.GetByRole(AriaRole.Form, new() { Name = "Add an address" });
        await add.GetByLabel("Mail address").FillAsync("gone@example.net");
        await add.GetByLabel("Why").FillAsync("asked us by phone");
        await add.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();

        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "gone@example.net" });
        await Expect(row).ToContainTextAsync("Added by hand");
        await Expect(row).ToContainTextAsync("asked us by phone");
        Assert.Single(await ItemsAsync("/v1/suppressions?address=gone@example.net"));

        await page.GetByLabel("Import CSV").Or(page.Locator("input[type=file]")).First.SetInputFilesAsync(new FilePayload
        {
            Name = "list.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes("address,reason\nann@example.net,old list\nno address,\n"),
        });
        await Expect(page.GetByText("1 new, 0 known, 1 lines left out.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "ann@example.net" })).ToContainTextAsync("Imported");
        await page.GetByLabel("Search addresses").FillAsync("ann@");
        await Expect(row).ToHaveCountAsync(0);
        await page.GetByLabel("Search addresses").FillAsync("");
        Assert.Empty(await PageTests.ViolationsAsync(page));

        await row.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
        Assert.Empty(await ItemsAsync("/v1/suppressions?address=gone@example.net"));
    }

    [SkippableFact]
    public async Task The_list_is_enforced_and_says_what_that_would_have_done()
    {
        await using var opened = await OpenAsync("/settings/suppression");
        var page = opened.Page;
        await Expect(page.GetByText("it would have refused 0 recipients")).ToBeVisibleAsync();
        var form = page.GetByRole(AriaRole.Form, new() { Name = "What the list does" });
        await Expect(form.GetByLabel("Mode")).ToHaveValueAsync("observe");
        await form.GetByLabel("Mode").SelectOptionAsync("Enforce");
        await form.GetByLabel("Days until a complaint is forgiven").FillAsync("730");
        await form.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Expect(page.GetByText("Saved", new() { Exact = true })).ToBeVisibleAsync();
        var saved = await Standalone.GetAsync("/v1/settings/suppression");
        Assert.Equal(("enforce", 730), (saved.GetProperty("mode").GetString(), saved.GetProperty("complaintDays").GetInt32()));
    }

    [SkippableFact]
    public async Task A_stopped_mailbox_stands_on_the_brakes_page_and_is_released_there()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var opened = await OpenAsync("/settings/brake");
        var page = opened.Page;
        var form = page.GetByRole(AriaRole.Form, new() { Name = "What the brake does" });
        await form.GetByLabel("Mode").SelectOptionAsync("Enforce");
        await form.GetByLabel("Most recipients of a mailbox in an hour").FillAsync("5");
        await form.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("Saved", new() { Exact = true })).ToBeVisibleAsync();

        var now = TimeProvider.System.GetUtcNow();
        await Standalone.IngestAsync(Enumerable.Range(0, 12).Select(i => (object)new
        {
            @event = "delivered", occurredAt = now, messageKey = $"m{i}", recipient = $"r{i}@example.net", sender = "stolen@shop.example", reply = "250 OK",
        }));
        await WaitForStopAsync();
        await page.ReloadAsync();

        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "stolen@shop.example" });
        await Expect(row).ToContainTextAsync("above the fixed limit");
        await Expect(row).ToContainTextAsync("stopped");
        Assert.Empty(await PageTests.ViolationsAsync(page));
        var incident = Assert.Single(await ItemsAsync("/v1/incidents?state=open"));
        Assert.Equal("stolen@shop.example", incident.GetProperty("mailbox").GetString());
        await row.GetByRole(AriaRole.Button, new() { Name = "Release" }).ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Release" }).ClickAsync();
        await Expect(row).ToContainTextAsync("released");
        Assert.NotNull((await ItemsAsync("/v1/brakes"))[0].GetProperty("releasedAt").GetString());
        Assert.Empty(await ItemsAsync("/v1/incidents?state=open"));

        await page.GotoAsync(new Uri(new Uri(page.Url), $"/incidents/{incident.GetProperty("id").GetString()}").ToString());
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "stolen@shop.example is stopped" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Settings, Brake" })).ToBeVisibleAsync();
        Assert.Empty(await PageTests.ViolationsAsync(page));
    }

    private async Task WaitForStopAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));

        while ((await ItemsAsync("/v1/brakes")).Length == 0)
        {
            await ticks.WaitForNextTickAsync(patience.Token);
        }
    }

    private async Task<System.Text.Json.JsonElement[]> ItemsAsync(string path) =>
        [.. (await Standalone.GetAsync(path)).GetProperty("items").EnumerateArray()];

    private async Task<WatchedPage> OpenAsync(string path)
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);

        return await fixture.OpenAsync(Standalone, path);
    }

    public sealed class NothingYet : FilledStandalone
    {
        private protected override Task FillAsync(StandaloneProcess standalone) => Task.CompletedTask;
    }
}
