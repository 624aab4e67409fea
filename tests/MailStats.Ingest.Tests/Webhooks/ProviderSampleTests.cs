using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Ingest.Events;
using MailStats.Ingest.Tests.Webhooks.Samples;
using MailStats.Ingest.Webhooks;
using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;

namespace MailStats.Ingest.Tests.Webhooks;

/// <summary>Every event type that the providers' documentation names, signed as they sign.</summary>
public sealed class ProviderSampleTests : IDisposable
{
    private readonly SignedPosts _posts = new();

    public static TheoryData<string> Providers => [.. ProviderSample.Providers];

    public void Dispose() => _posts.Dispose();

    [Theory]
    [MemberData(nameof(Providers))]
    public void Every_documented_event_means_what_it_says(string provider)
    {
        foreach (var sample in ProviderSample.All.Where(sample => sample.Provider == provider))
        {
            var told = Read(SignedPosts.Unsigned(sample), provider).Events.Select(Describe);

            Assert.Equal((sample.ToString(), string.Join('\n', sample.Told)), (sample.ToString(), string.Join('\n', told)));
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Samples_sent_three_times_over_the_wire_are_taken_and_carry_the_same_ids(string provider)
    {
        await using var app = await IngestApp.StartAsync();
        app.Journal.Amazon.Certificate = _posts.Certificate;
        var path = await app.AddSourceAsync(provider, _posts.SecretOf(provider), SignedPosts.Fallback);
        var samples = ProviderSample.All.Where(sample => sample.Provider == provider).ToList();
        var batches = 0;

        foreach (var sample in samples)
        {
            for (var time = 0; time < 3; time++)
            {
                using var answer = await app.PostAsync(path, _posts.Sign(sample, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), path));
                var result = await answer.Content.ReadFromJsonAsync<JsonElement>();

                Assert.Equal(
                    (sample.ToString(), HttpStatusCode.OK, sample.Told.Count),
                    (sample.ToString(), answer.StatusCode, result.GetProperty("accepted").GetInt32()));
                batches += sample.Told.Count > 0 ? 1 : 0;
            }
        }

        await app.Subscriber.WaitForAsync(batches);
        var events = app.Subscriber.Events.ToList();

        Assert.Equal(3 * samples.Sum(sample => sample.Told.Count), events.Count);
        Assert.All(events.GroupBy(made => made.EventId), copies => Assert.True(copies.Count() % 3 == 0, copies.First().ToString()));
        Assert.Empty(app.Journal.AskedKeys.Except(["ms_admin"]));
    }

    [Theory]
    [InlineData("ses"), InlineData("sendgrid"), InlineData("mailgun"), InlineData("postal"), InlineData("stalwart"), InlineData("resend")]
    [InlineData("mandrill"), InlineData("mailersend"), InlineData("mailtrap"), InlineData("zeptomail"), InlineData("scaleway")]
    public async Task Any_mutation_of_a_signed_body_is_refused(string provider)
    {
        var (speaker, source) = (_posts.Providers[provider], _posts.SourceOf(provider));
        var random = new Random(20261129);

        foreach (var sample in ProviderSample.All.Where(sample => sample.Provider == provider))
        {
            var post = _posts.Sign(sample);
            Assert.Equal(WebhookProof.Proven, await speaker.VerifyAsync(post.Read(), source, default));
            var bytes = Encoding.UTF8.GetBytes(post.Body);
            // Not signed: the signature, and where its certificate is, which Amazon's stand-in gives at any address.
            var signature = provider is "ses" or "scaleway" ? Place(post, "\"Signature\"")..bytes.Length : 0..0;

            for (var place = random.Next(7); place < bytes.Length; place += 1 + random.Next(7))
            {
                if (place >= signature.Start.Value && place < signature.End.Value)
                {
                    continue;
                }

                byte[] mutated = [.. bytes];
                mutated[place] ^= (byte)(1 << random.Next(7));

                // In a form the same can be written in two ways (%5B and %5b), and ZeptoMail does not sign the field's name.
                if (provider is "mandrill" or "zeptomail" && JsonIn(speaker, post, mutated) == JsonIn(speaker, post, bytes))
                {
                    continue;
                }

                Assert.NotEqual(WebhookProof.Proven, await speaker.VerifyAsync(post.Read(mutated), source, default));
            }
        }
    }

    [Theory]
    [InlineData("postmark", "Basic "), InlineData("sparkpost", "Bearer "), InlineData("kumomta", "Bearer ")]
    [InlineData("brevo", "Bearer "), InlineData("mailjet", "Basic "), InlineData("azure", "Bearer ")]
    public async Task Credentials_are_taken_in_any_case_of_the_scheme_and_asked_for_when_wrong(string provider, string scheme)
    {
        var (speaker, source) = (_posts.Providers[provider], _posts.SourceOf(provider));
        var right = _posts.Sign(ProviderSample.All.First(sample => sample.Provider == provider)).Headers.Single().Value[scheme.Length..];

        Assert.Equal(WebhookProof.Proven, await Verify(scheme + right));
        Assert.Equal(WebhookProof.Proven, await Verify(scheme.ToLowerInvariant() + right));
        Assert.Equal(WebhookProof.Proven, await Verify(scheme.ToUpperInvariant() + " " + right));
        Assert.Equal(WebhookProof.Asked, await Verify(scheme + right.ToUpperInvariant()));
        Assert.Equal(WebhookProof.Asked, await Verify(right));
        Assert.Equal(WebhookProof.Asked, await Verify(""));

        ValueTask<WebhookProof> Verify(string header) => speaker.VerifyAsync(new SignedPost("{}", ("Authorization", header)).Read(), source, default);
    }

    [Theory]
    [InlineData("{0}", true), InlineData("Bearer {0}", true), InlineData("bearer {0}", true), InlineData("{0}x", false), InlineData("", false)]
    public async Task ZeptoMails_header_of_the_webhooks_form_proves_what_carries_no_signature(string header, bool proven)
    {
        var (speaker, source) = (_posts.Providers["zeptomail"], _posts.SourceOf("zeptomail"));
        var post = new SignedPost("{}", ("Authorization", string.Format(CultureInfo.InvariantCulture, header, source.Secret)));
        var signedWrongly = post with { Headers = [.. post.Headers, ("producer-signature", "ts=1;s=AAAA;s-algorithm=HmacSHA256")] };

        Assert.Equal(proven ? WebhookProof.Proven : WebhookProof.Asked, await speaker.VerifyAsync(post.Read(), source, default));
        Assert.Equal(WebhookProof.Refused, await speaker.VerifyAsync(signedWrongly.Read(), source, default));
    }

    [Fact]
    public void A_thousand_events_sent_1_to_46_times_in_any_order_end_in_the_same_deliveries()
    {
        var samples = ProviderSample.All.Where(sample => sample.Told.Count > 0).ToList();
        var random = new Random(20261129);
        var bodies = Enumerable.Range(0, 1_000).Select(number => (Number: number, Sample: samples[number % samples.Count])).ToList();
        var once = new Dictionary<DeliveryKey, DeliveryState>();
        var often = new Dictionary<DeliveryKey, DeliveryState>();

        foreach (var (number, sample) in bodies)
        {
            Merge(once, number, sample, "1");
        }

        var deck = bodies.SelectMany(body => Enumerable.Repeat(body, 1 + random.Next(46))).ToArray();
        random.Shuffle(deck);

        for (var turn = 0; turn < deck.Length; turn++)
        {
            Merge(often, deck[turn].Number, deck[turn].Sample, $"{turn}");
        }

        Assert.Equal(once.Keys.Order(Comparer<DeliveryKey>.Create((left, right) => string.CompareOrdinal(left.ToString(), right.ToString()))),
            often.Keys.Order(Comparer<DeliveryKey>.Create((left, right) => string.CompareOrdinal(left.ToString(), right.ToString()))));
        Assert.All(once, delivery => Assert.Equal(JsonSerializer.Serialize(delivery.Value), JsonSerializer.Serialize(often[delivery.Key])));
    }

    [Fact]
    public void One_greylisting_that_Stalwart_sends_three_times_and_tells_of_again_is_one_attempt()
    {
        var states = new Dictionary<DeliveryKey, DeliveryState>();
        var greylisted = OfStalwart(" 451 4.7.1");

        for (var time = 0; time < 3; time++)
        {
            foreach (var sample in greylisted)
            {
                Merge(states, 1, sample, $"{time}");
            }
        }

        Assert.Equal(2, greylisted.Count);
        Assert.Equal((DeliveryStatus.Deferred, 1), (Assert.Single(states).Value.Status(), states.Values.Single().Attempts()));
    }

    [Fact]
    public void A_refusal_and_Stalwarts_notice_of_it_are_one_attempt()
    {
        var states = new Dictionary<DeliveryKey, DeliveryState>();

        foreach (var sample in OfStalwart(" 550 5.1.1"))
        {
            Merge(states, 1, sample, sample.Name);
        }

        var state = Assert.Single(states).Value;
        Assert.Equal((1, 550, "5.1.1"), (state.Attempts(), state.Failure()!.ReplyCode, state.Failure()!.EnhancedCode));
    }

    [Theory]
    [InlineData("mailgun"), InlineData("postmark"), InlineData("postal"), InlineData("ses")]
    public void A_sender_that_is_no_address_is_left_out_and_reported(string provider)
    {
        var sample = ProviderSample.All.Single(sample => sample.Provider == provider && sample.Name.Contains("that is no address", StringComparison.Ordinal));
        var maker = Read(SignedPosts.Unsigned(sample), provider);

        Assert.Empty(maker.Rejected);
        Assert.Equal("fallback.example", DomainOf(maker.Events.Single()));
        Assert.True(Assert.Single(maker.LeftOut.Told).Field is "from" or "sender");
    }

    [Fact]
    public void An_event_of_SES_without_a_time_happened_when_Amazon_published_it()
    {
        const string message = """
            {"notificationType":"Bounce","mail":{"messageId":"m1"},"bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"ann@example.net"}]}}
            """;
        var body = JsonSerializer.Serialize(new { Type = "Notification", Timestamp = "2026-11-20T09:14:03.300Z", Message = message });

        Assert.Equal(new DateTimeOffset(2026, 11, 20, 9, 14, 3, 300, TimeSpan.Zero), Assert.Single(Read(body, "ses").Events).OccurredAt);
    }

    [Fact]
    public void A_report_that_does_not_name_its_message_makes_no_second_delivery()
    {
        var sample = ProviderSample.All.Single(sample => sample.Name == "OOB, which does not name its message");
        var maker = Read(sample.Body, "kumomta");

        Assert.Empty(maker.Events);
        Assert.Equal("messageKey", Assert.Single(maker.Rejected).Field);
    }

    [Fact]
    public void KumoMtas_header_From_and_spam_score_are_read_as_the_Collector_reads_them()
    {
        var made = Read(ProviderSample.All.First(sample => sample is { Provider: "kumomta", Name: "Delivery" }).Body, "kumomta").Events.Single();

        Assert.Equal(("news@shop.example", "bounces+7@bounce.shop.example", 1.5), (made.HeaderFrom, made.Sender, made.SpamScore));
    }

    private static string? JsonIn(IWebhookProvider speaker, SignedPost post, byte[] body)
    {
        try
        {
            return Encoding.UTF8.GetString(speaker.JsonOf(post.Read(body)).Span);
        }
        catch (JsonException)
        {
            // The field's name is another now.
            return null;
        }
    }

    private static int Place(SignedPost post, string text) => post.Body.IndexOf(text, StringComparison.Ordinal);

    private static List<ProviderSample> OfStalwart(string ending) =>
    [
        .. ProviderSample.All.Where(sample => sample.Provider == "stalwart" && sample.Told is [var told] && told.EndsWith(ending, StringComparison.Ordinal)),
    ];

    private void Merge(Dictionary<DeliveryKey, DeliveryState> states, int number, ProviderSample sample, string id)
    {
        var body = sample.Body.Replace("ann@example.net", $"ann{number}@example.net", StringComparison.Ordinal);
        // Stalwart gives an event a new id each time it sends it.
        body = sample.Provider == "stalwart" ? body.Replace("\"id\":\"1\"", $"\"id\":\"{id}\"", StringComparison.Ordinal) : body;

        foreach (var made in Read(SignedPosts.Unsigned(sample with { Body = body }), sample.Provider).Events)
        {
            var key = DeliveryKey.Of(made);
            var state = states.TryGetValue(key, out var known) ? known : states[key] = new DeliveryState();
            state.Merge(new ClassifiedDelivery { Event = made, Provider = "x" });
        }
    }

    private EventMaker Read(string body, string provider)
    {
        using var document = JsonDocument.Parse(body);
        var maker = new EventMaker(SignedPosts.Now, leavesOut: true);

        foreach (var submitted in _posts.Providers[provider].Read(document.RootElement, _posts.SourceOf(provider)))
        {
            maker.Add(new(0, null, submitted), "acme", SignedPosts.Fallback);
        }

        return maker;
    }

    private static string Describe(DeliveryEvent made) => string.Join(
        ' ', new[]
        {
            made.Kind.ToString().ToLowerInvariant(), made.Recipient, DomainOf(made), made.Attempted ? "tried" : "untried",
            made.ReplyCode?.ToString(CultureInfo.InvariantCulture), made.EnhancedCode, made.AttemptNumber is { } number ? $"#{number}" : null,
        }.Where(word => word is not null));

    private static string DomainOf(DeliveryEvent made) => Mailbox.Of(made.HeaderFrom, made.Sender)?.Domain ?? "none";
}
