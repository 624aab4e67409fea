using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>Saying that an incident was seen, and muting such: it changes what others see, so the mail is these tests' own.</summary>
[Collection(SharedDashboard.Name)]
public sealed class IncidentAnswerTests(DashboardFixture fixture, TroubledDashboard troubled) : IClassFixture<TroubledDashboard>
{
    [SkippableFact]
    public async Task An_incident_is_acknowledged_and_muted()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        var id = await troubled.WaitForIncidentAsync("open", TroubledMail.Slowed);
        await using var opened = await fixture.OpenAsync(troubled.Standalone, $"/incidents/{id}");
        var page = opened.Page;

        await page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await Expect(page.Locator(".page-tools")).ToContainTextAsync("seen");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "What happened" })).ToContainTextAsync("Somebody said that it was seen");
        Assert.True((await troubled.Standalone.GetAsync($"/v1/incidents/{id}")).TryGetProperty("acknowledgedAt", out _));

        await page.GetByRole(AriaRole.Button, new() { Name = "Mute…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Mute such incidents" });
        await dialog.GetByLabel("Kind").SelectOptionAsync("all kinds");
        await dialog.GetByLabel("For how long").SelectOptionAsync("7 days");
        Assert.Empty(await PageTests.ViolationsAsync(page));
        await IncidentTests.ShotAsync(page, "mute");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Mute", Exact = true }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(page.GetByText("muted until")).ToBeVisibleAsync();

        // It is listed all the same, and the overview does not name it.
        await page.GotoAsync("/incidents");
        await Expect(page.GetByText("muted until")).ToBeVisibleAsync();
        await page.GotoAsync("/");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "What is wrong" })).ToContainTextAsync("All normal.");

        // Ended before its time, it is told of again.
        await page.GotoAsync("/incidents");
        var mutes = page.GetByRole(AriaRole.Region, new() { Name = "What nobody is told of" });
        await mutes.GetByRole(AriaRole.Button, new() { Name = "Unmute" }).ClickAsync();
        await mutes.GetByRole(AriaRole.Button, new() { Name = "Unmute" }).ClickAsync();
        await Expect(mutes).ToHaveCountAsync(0);
        await Expect(page.GetByText("muted until")).ToHaveCountAsync(0);
        Assert.Empty((await troubled.Standalone.GetAsync("/v1/incidents/mute")).GetProperty("items").EnumerateArray());
    }
}
