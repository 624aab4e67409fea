using System.Text.Json;
using MailStats.Mail.Statistics;

namespace MailStats.Query.Tests.Admin;

public sealed class SeenMailboxesTests
{
    [Fact]
    public async Task Mailboxes_of_all_the_time_that_is_kept_come_by_name_in_pages()
    {
        await using var app = await QueryApp.StartAsync();
        app.Client.DefaultRequestHeaders.Authorization = new("Bearer", "ms_shop-admin");
        app.Statistics.Add("2026-03-31T10:00:00Z", new Counters(3, 3, 0, 0, 0), "news@shop.example");
        app.Statistics.Add("2023-06-01T10:00:00Z", new Counters(2, 2, 0, 0, 0), "ann@shop.example");
        app.Statistics.Add("2026-03-31T10:00:00Z", new Counters(9, 9, 0, 0, 0), "zoe@a.example");
        app.Statistics.Add("2026-03-31T10:00:00Z", new Counters(5, 5, 0, 0, 0), "other@other.example", "other");
        var pages = new List<string>();
        string? next = null;

        do
        {
            var page = await app.GetAsync($"/v1/admin/mailboxes?limit=2{(next is null ? "" : $"&cursor={next}")}");
            pages.Add(string.Join(' ', page.GetProperty("items").EnumerateArray().Select(Tell)));
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);

        Assert.Equal(["a.example/zoe@a.example/9 shop.example/ann@shop.example/2", "shop.example/news@shop.example/3"], pages);

        var one = await app.GetAsync("/v1/admin/mailboxes?domain=Shop.example&limit=1");

        Assert.Equal("shop.example/ann@shop.example/2", Tell(one.GetProperty("items")[0]));
        Assert.Equal(JsonValueKind.String, one.GetProperty("next").ValueKind);
    }

    private static string Tell(JsonElement mailbox) => $"{mailbox.GetProperty("domain")}/{mailbox.GetProperty("mailbox")}/{mailbox.GetProperty("recipients")}";
}
