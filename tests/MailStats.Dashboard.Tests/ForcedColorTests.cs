using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>The reader's own few colours in place of ours (Windows' contrast themes).</summary>
[Collection(SharedDashboard.Name)]
public sealed class ForcedColorTests(DashboardFixture fixture)
{
    [SkippableTheory]
    [InlineData("/")]
    [InlineData("/domains/shop.example")]
    [InlineData("/incidents")]
    [InlineData("/receivers/waiting")]
    [InlineData("/bounces")]
    [InlineData("/activity")]
    [InlineData("/settings")]
    public async Task No_page_breaks_a_rule_of_accessibility(string path)
    {
        await using var opened = await OpenAsync(path, "blue", 10);

        await PageTests.HoldsEverywhereAsync(opened.Page);
    }

    [SkippableTheory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task The_quota_bar_shows_how_much_is_used_and_tells_its_levels_apart(int width)
    {
        var blue = await BarAsync(width, "blue", 50);
        var orange = await BarAsync(width, "orange", 85);
        var red = await BarAsync(width, "red", 100);

        // Used and free are two colours; a bar that is full has one, and it is the ink's.
        Assert.NotEqual(blue.Used, blue.Free);
        Assert.NotEqual(orange.Used, orange.Free);
        Assert.Equal(red.Used, red.Free);
        Assert.NotEqual(blue.Free, red.Free);
        // Solid, split, and the ink: three levels without a hue of ours.
        Assert.Equal(1, blue.Colours);
        Assert.True(orange.Colours > 1, "orange is not split");
        Assert.NotEqual(blue.Used, red.Used);
    }

    private async Task<Bar> BarAsync(int width, string level, int percent)
    {
        await using var opened = await OpenAsync("/activity", level, percent, width);
        var track = opened.Page.Locator(".quota-track");
        await Expect(opened.Page.Locator(".quota")).ToHaveAttributeAsync("data-level", level);
        var picture = Convert.ToBase64String(await track.ScreenshotAsync());

        return await opened.Page.EvaluateAsync<Bar>(
            """
            async picture => {
              const image = await createImageBitmap(new Blob([Uint8Array.from(atob(picture), letter => letter.charCodeAt(0))]));
              const context = new OffscreenCanvas(image.width, image.height).getContext('2d', { willReadFrequently: true });
              context.drawImage(image, 0, 0);
              const at = x => [...context.getImageData(Math.round(x), image.height >> 1, 1, 1).data].join();
              const used = Array.from({ length: 60 }, (_, place) => at(image.width * 0.1 + place));
              const often = colour => used.filter(other => other === colour).length;

              return { used: used.toSorted((one, other) => often(other) - often(one))[0], free: at(image.width - 5), colours: new Set(used).size };
            }
            """,
            picture);
    }

    private async Task<WatchedPage> OpenAsync(string path, string level, int percent, int width = 1440)
    {
        var opened = await fixture.NewPageAsync(fixture.Standalone, width);
        await opened.Page.EmulateMediaAsync(new() { ForcedColors = ForcedColors.Active });
        await opened.Page.RouteAsync("**/v1/quota", async route =>
        {
            var answer = await route.FetchAsync();
            var quota = JsonNode.Parse(await answer.TextAsync())!;
            (quota["limit"], quota["used"], quota["level"]) = (1000, percent * 10, level);
            await route.FulfillAsync(new() { Response = answer, Body = quota.ToJsonString() });
        });
        await opened.Page.GotoAsync($"{path}#key={fixture.Standalone.Key}");
        await PageTests.SettledAsync(opened.Page);

        return opened;
    }

    private sealed class Bar
    {
        public string Used { get; set; } = "";

        public string Free { get; set; } = "";

        public int Colours { get; set; }
    }
}
