using System.Text;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Query.Export;

namespace MailStats.Query.Tests.Export;

public sealed class CsvTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData(null, "")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("=HYPERLINK(\"http://evil.example\")", "\"'=HYPERLINK(\"\"http://evil.example\"\")\"")]
    [InlineData("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("-2+3", "'-2+3")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("-2.5", "-2.5")]
    [InlineData("\u200b=1+1", "'\u200b=1+1")]
    [InlineData("\ufeff\u202e@SUM(A1)", "'\ufeff\u202e@SUM(A1)")]
    [InlineData("\u200bplain", "\u200bplain")]
    public void Fields_are_quoted_and_never_a_formula(string? field, string written)
    {
        var text = new StringBuilder();
        new CsvWriter(text).Row("x", field);

        Assert.Equal($"x,{written}\r\n", text.ToString());
    }

    [Fact]
    public async Task An_export_follows_the_pages_to_the_end()
    {
        await using var app = await QueryApp.StartAsync();
        app.Log.Rows = 2_500;
        app.Log.Row = Row;

        using var response = await app.Client.GetAsync(new Uri("/v1/error-events.csv", UriKind.Relative));
        var lines = (await response.Content.ReadAsStringAsync()).Split("\r\n");

        Assert.Equal("text/csv; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("error-events.csv", response.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal(2_502, lines.Length);
        Assert.StartsWith("occurredAt,status,queueId,from,fromDomain,to,smtpCode", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            "2026-03-01T00:00:01Z,softBounced,Q1,news@shop.example,shop.example,ann1@example.net,"
            + "552,5.2.2,mailbox_full,false,\"Wait, then try again.\",552 5.2.2 full,false,1234,3,2026-03-01T00:00:01Z,-1.5,,"
                + Row(1).Id,
            lines[2]);
        Assert.Equal("", lines[^1]);
    }

    internal static ErrorEvent Row(int i) => new()
    {
        Id = DeliveryId.Of(new("shop", $"m{i}", $"ann{i}@example.net")),
        OccurredAt = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(i),
        Status = DeliveryStatus.SoftBounced,
        QueueId = $"Q{i}",
        From = "news@shop.example",
        FromDomain = "shop.example",
        To = $"ann{i}@example.net",
        ReplyCode = 552,
        EnhancedCode = "5.2.2",
        Reason = "mailbox_full",
        Hard = false,
        UnknownCode = false,
        Advice = "Wait, then try again.",
        Detail = "552 5.2.2 full",
        Bytes = 1234,
        Attempts = 3,
        LastTry = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(i),
        SpamScore = -1.5,
    };
}
