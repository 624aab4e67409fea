using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Search;

namespace MailStats.Mail.Tests.Search;

public sealed class SearchQueryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 10, 5, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("ann")]
    [InlineData("exam")]
    [InlineData("ORDER")]
    [InlineData("ord yo")]
    [InlineData("ann@example.net")]
    [InlineData("ANN.SMITH@Example.NET")]
    [InlineData("<ann.smith@example.net>")]
    [InlineData("ann.smith@exam")]
    [InlineData("smith@example.n")]
    [InlineData("@example.net")]
    [InlineData("@shop.example")]
    [InlineData("to:@example.net")]
    [InlineData("to:ann.smith@example.net")]
    [InlineData("to: smith")]
    [InlineData("TO:smith")]
    [InlineData("from:news@shop.example")]
    [InlineData("from:bounces+17@shop.example")]
    [InlineData("from:shop")]
    [InlineData("subject:\"your order\"")]
    [InlineData("\"order no 17\"")]
    [InlineData("subject:order-no")]
    [InlineData("queue:4wxyz1abcd")]
    [InlineData("queue:4WxYz1")]
    [InlineData("id:<20261005.77@shop.example>")]
    [InlineData("id:20261005.77@shop.example")]
    [InlineData("reply:greylisted")]
    [InlineData("reply:\"come back\" reply:\"2.0.0 ok\"")]
    [InlineData("host:mx1.out")]
    [InlineData("host:mx.example.net")]
    [InlineData("host:mx1 host:example")]
    [InlineData("ip:192.0.2.17")]
    [InlineData("ip:192.0.2")]
    [InlineData("ip:192")]
    [InlineData("ip:2001:DB8:0:0::9")]
    [InlineData("tag:spring")]
    [InlineData("tag:\"spring sale\"")]
    [InlineData("ann*")]
    [InlineData("* smith")]
    [InlineData("\"\" smith")]
    [InlineData("Order: your")]
    [InlineData("12:30")]
    [InlineData("cafe")]
    [InlineData("CAFE\u0301")]
    [InlineData("strasse")]
    [InlineData("STRA\u1E9EE")]
    [InlineData("office")]
    [InlineData("שלו")]
    [InlineData("שָׁלוֹם")]
    [InlineData("subject:\"café straße\"")]
    public void It_finds(string search) => Assert.True(
        Parse(search).Matches("ann.smith@example.net", State()) || Parse(search).Matches("ann@example.net", State()), search);

    [Theory]
    [InlineData("nn")]
    [InlineData("smit@example.net")]
    [InlineData("example.net@ann.smith")]
    [InlineData("ann.smi@example.net")]
    [InlineData("ann@exam")]
    [InlineData("@mail.example.net")]
    [InlineData("@net.example")]
    [InlineData("@xample.net")]
    [InlineData("to:news@shop.example")]
    [InlineData("from:smith")]
    [InlineData("from:@example.net")]
    [InlineData("subject:smith")]
    [InlineData("\"order your\"")]
    [InlineData("\"your ord\"")]
    [InlineData("\"smith your\"")]
    [InlineData("\"mx1 example\"")]
    [InlineData("no-order")]
    [InlineData("192.0.2.17")]
    [InlineData("ip:192.0.2.1")]
    [InlineData("ip:2.0.192")]
    [InlineData("20261005.77@shop.example")]
    [InlineData("tag:sale-spring")]
    [InlineData("lodz")]
    [InlineData("queue:xyz")]
    [InlineData("host:2001")]
    public void It_does_not_find(string search) => Assert.False(Parse(search).Matches("ann.smith@example.net", State()), search);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   \t ")]
    public void Nothing_finds_everything(string? search) => Assert.True(Parse(search).Matches("ann@example.net", new()));

    [Theory]
    [InlineData("\"your order", "has a quotation mark at character 1 that is not closed")]
    [InlineData("ann \"", "has a quotation mark at character 5 that is not closed")]
    [InlineData("o\"brien", "has a quotation mark at character 2 that is not closed")]
    [InlineData("to:", "has nothing after \"to:\"")]
    [InlineData("to:*", "has no letter or digit after \"to:\"")]
    [InlineData(
        "sbject:order",
        "has the unknown prefix \"sbject:\". Known are to:, from:, subject:, queue:, id:, reply:, host:, tag:, ip:; "
        + "write text with a colon in quotation marks")]
    [InlineData("*", "has no letter or digit to look for")]
    [InlineData("a\0b", "must not have a control character")]
    [InlineData("% _ \"\"", "has no letter or digit to look for")]
    public void A_mistake_is_named(string search, string expected)
    {
        Assert.Null(SearchQuery.Parse(search, out var problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void Bounds_are_held()
    {
        Assert.NotNull(SearchQuery.Parse(new('a', SearchQuery.MaxBytes), out _));
        Assert.Null(SearchQuery.Parse(new('a', SearchQuery.MaxBytes + 1), out var long1));
        Assert.Null(SearchQuery.Parse(new('é', (SearchQuery.MaxBytes / 2) + 1), out var long2));
        Assert.Equal("must be at most 4096 bytes long", long1);
        Assert.Equal(long1, long2);
        Assert.NotNull(SearchQuery.Parse(string.Join(' ', Enumerable.Repeat("a", SearchQuery.MaxWords)), out _));
        Assert.Null(SearchQuery.Parse(string.Join('-', Enumerable.Repeat("a", SearchQuery.MaxWords + 1)), out var words));
        Assert.Equal("must have at most 200 words", words);
    }

    [Fact]
    public void A_quoted_local_part_is_found_with_and_without_its_marks()
    {
        Assert.True(Parse("to:\"will popescu\"@example.org").Matches("\"will popescu\"@example.org", new()));
        Assert.True(Parse("\"Will Popescu\"@Example.org").Matches("\"will popescu\"@example.org", new()));
        Assert.True(Parse("\"ann\"@example.org").Matches("ann@example.org", new()));
        Assert.False(Parse("to:\"will popescu\"@example.org").Matches("\"will x popescu\"@example.org", new()));
    }

    [Theory]
    [InlineData("jörg@münchen.example", "JÖRG@xn--mnchen-3ya.example")]
    [InlineData("jorg@xn--mnchen-3ya.example", "jörg@xn--mnchen-3ya.example")]
    [InlineData("@münchen.example", "jörg@xn--mnchen-3ya.example")]
    public void International_addresses_are_found_in_either_form(string search, string recipient) => Assert.True(Parse(search).Matches(recipient, new()));

    [Theory]
    [InlineData(AddressForm.Masked)]
    [InlineData(AddressForm.Hashed)]
    public void A_hidden_address_is_found_by_who_knows_it(AddressForm form)
    {
        var privacy = new AddressPrivacy(new byte[32]);
        var recipient = privacy.Protect("Ann.Smith@example.net", form);

        Assert.True(Parse("ann.smith@example.net").KnowingForms(privacy).Matches(recipient, new()));
        Assert.True(Parse("to:ann.smith@example.net").KnowingForms(privacy).Matches(recipient, new()));
        Assert.True(Parse("@example.net").KnowingForms(privacy).Matches(recipient, new()));
        Assert.False(Parse("ann.smyth@example.net").KnowingForms(privacy).Matches(recipient, new()));
        Assert.False(Parse("from:ann.smith@example.net").KnowingForms(privacy).Matches(recipient, new()));
        Assert.False(Parse("ann.smith@example.net").Matches(recipient, new()));
    }

    [Fact]
    public void Halves_of_surrogate_pairs_are_no_letters()
    {
        var state = State("order \uD800\uDC00\uD800 café");

        Assert.True(Parse("cafe order").Matches("ann@example.net", state));
        Assert.True(Parse("order\uDC00").Matches("ann@example.net", state));
    }

    /// <summary>What the index is asked for is in the tokens of everything that matches.</summary>
    [Theory]
    [InlineData("ann.smith@example.net")]
    [InlineData("@shop.example 17")]
    [InlineData("subject:\"café straße\" reply:grey")]
    [InlineData("ip:2001:db8::9 host:mx1.o tag:\"spring sale\" id:20261005 queue:4w")]
    public void Tokens_are_enough_to_find_what_matches(string search)
    {
        var texts = new SearchedTexts();
        texts.Read("ann.smith@example.net", State());
        var set = new TokenSet();
        SearchToken.Each(texts, set);
        var tokens = set.Tokens;

        Assert.True(Parse(search).Matches(texts));
        Assert.All(Parse(search).Terms, term => Assert.Contains(term.Alternatives(), all => all.All(token => token.IsBeginning
            ? tokens.Any(known => known.StartsWith(token.Text, StringComparison.Ordinal))
            : tokens.Contains(token.Text))));
    }

    private static SearchQuery Parse(string? search) => SearchQuery.Parse(search, out var problem) ?? throw new InvalidOperationException(problem);

    private static DeliveryState State(string subject = "Your order no 17: Café Straße, Oﬃce, \u05E9\u05DC\u05D5\u05DD, Łódź 12:30")
    {
        var state = new DeliveryState
        {
            Subject = subject, Sender = "bounces+17@shop.example", HeaderFrom = "news@shop.example", QueueId = "4WxYz1AbCd",
            MessageId = "<20261005.77@shop.example>", ReportingHost = "mx1.out.example", OutgoingIp = "192.0.2.17",
        };
        state.AddTag("spring sale");
        state.Merge(Told(DeliveryEventKind.Deferred, 1, "451 4.7.1 greylisted, come back later"));
        state.Merge(Told(DeliveryEventKind.Delivered, 2, "250 2.0.0 OK"));

        return state;
    }

    private static Outcome Told(DeliveryEventKind kind, int minutes, string reply) =>
        new(kind, Noon.AddMinutes(minutes).ToUnixTimeMilliseconds() * 1000, new Guid(minutes, 0, 0, new byte[8]), true)
        {
            ReplyText = reply, RemoteHost = "mx.example.net[203.0.113.1]", ReportingHost = "mx1.out.example", OutgoingIp = minutes == 1 ? "2001:db8::9" : null,
        };
}
