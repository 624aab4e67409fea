using MailStats.Contracts;
using MailStats.Ingest.Reports;
using MailStats.Stores.Deliveries;

namespace MailStats.Ingest.Tests.Reports;

public sealed class ReportMatcherTests
{
    private static readonly DateTimeOffset Sent = new(2026, 11, 20, 9, 14, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = Sent.AddHours(2);

    private readonly Reported _store = new();

    [Fact]
    public async Task The_mails_own_id_finds_it_among_others_of_the_same_sender()
    {
        Add("k1", "a1@shop.example", "Q1", Sent);
        Add("k2", "a2@shop.example", "Q2", Sent.AddMinutes(1));

        var made = await Match(Fate("a1@shop.example", null));

        Assert.Equal(("k1", "ann@example.net", "news@shop.example", false), (made.MessageKey, made.Recipient, made.From, made.Attempted));
    }

    [Theory]
    [InlineData("Q1", "k1"), InlineData("k2", "k2"), InlineData("Q9", "out/Q9")]
    public async Task So_does_the_envelopes_id(string envelope, string key)
    {
        Add("k1", null, "Q1", Sent);
        Add("k2", null, null, Sent.AddMinutes(1));
        Add("out/Q9", null, null, Sent.AddMinutes(-1));

        Assert.Equal(key, (await Match(Fate("unheard-of@shop.example", envelope))).MessageKey);
    }

    [Fact]
    public async Task Without_an_id_it_is_the_last_mail_of_the_sender_near_its_date()
    {
        Add("k0", null, null, Sent.AddHours(-30));
        Add("k1", null, null, Sent.AddSeconds(2));
        Add("k2", null, null, Sent.AddMinutes(90));

        Assert.Equal("k1", (await Match(Fate("a1@shop.example", null))).MessageKey);
        Assert.Equal("k2", (await Match(Fate(null, null) with { Original = new(null, null, "news@shop.example", null, null) })).MessageKey);
        Assert.Null((await Match(Fate(null, null) with { Original = new(null, null, "news@other.example", null, null) })).MessageKey);
    }

    [Fact]
    public async Task Each_recipient_that_may_be_meant_is_tried()
    {
        Add("k1", "a1@shop.example", null, Sent);

        var made = await Match(Fate("a1@shop.example", null) with { Recipients = ["marie@example.net", "ann@example.net"] });

        Assert.Equal(("k1", "ann@example.net"), (made.MessageKey, made.Recipient));
    }

    [Fact]
    public async Task One_that_is_not_found_counts_under_the_mails_id_where_the_mail_was_sent()
    {
        var made = await Match(Fate("a1@shop.example", null));

        Assert.Equal((null, "a1@shop.example", "ann@example.net", Sent), (made.MessageKey, made.MessageId, made.Recipient, made.AcceptedAt));
    }

    [Fact]
    public async Task A_report_of_tomorrow_happened_now_and_no_search_is_longer_than_servers_try()
    {
        var old = new OriginalMail("a1@shop.example", null, null, null, Sent.AddYears(-3));
        var made = await Match(Fate("a1@shop.example", null) with { OccurredAt = Now.AddDays(3), Original = old });

        Assert.Equal(Now, made.OccurredAt);
        Assert.All(_store.Asked, asked => Assert.True(asked.Within.To - asked.Within.From <= TimeSpan.FromDays(6)));
    }

    private void Add(string key, string? messageId, string? queueId, DateTimeOffset acceptedAt) => _store.Deliveries.Add(
        new ReportedDelivery(key, "ann@example.net", messageId, queueId, "bounces@shop.example", "news@shop.example", acceptedAt));

    private Task<SubmittedEvent> Match(ReportedFate fate) => new ReportMatcher(_store).MatchAsync(fate, "r1", "acme", "main", Now, default);

    private static ReportedFate Fate(string? messageId, string? envelopeId) => new()
    {
        Event = "bounced",
        Recipients = ["ann@example.net"],
        OccurredAt = Now.AddMinutes(-1),
        Reply = "550 5.1.1 no such user",
        Original = new(messageId, envelopeId, "Shop News <news@shop.example>", "Your order", Sent),
    };
}
