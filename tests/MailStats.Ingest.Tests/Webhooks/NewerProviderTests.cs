using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MailStats.Ingest.Tests.Webhooks.Samples;
using MailStats.Ingest.Webhooks;

namespace MailStats.Ingest.Tests.Webhooks;

/// <summary>What only some providers do: handshakes, forms, lines, keys in addresses.</summary>
public sealed class NewerProviderTests : IDisposable
{
    private const string Token = "a long secret of ours";

    private const string Validation = """
        [{"id":"2d1781af","topic":"/subscriptions/s","subject":"","data":{"validationCode":"512d38b6","validationUrl":"https://rp.example/x"},
        "eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","eventTime":"2026-11-20T09:14:03Z","metadataVersion":"1","dataVersion":"1"}]
        """;

    private readonly SignedPosts _posts = new();

    public void Dispose() => _posts.Dispose();

    [Fact]
    public async Task Event_Grid_gets_its_code_back_from_who_knows_the_key()
    {
        await using var app = await IngestApp.StartAsync();
        var path = await app.AddSourceAsync("azure", Token);

        using var stranger = await app.PostAsync(path, new SignedPost(Validation, ("aeg-event-type", "SubscriptionValidation")));
        using var answer = await app.PostAsync(path + "?key=" + Uri.EscapeDataString(Token), new SignedPost(Validation));
        var told = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal((HttpStatusCode.OK, "512d38b6"), (answer.StatusCode, told.GetProperty("validationResponse").GetString()));
    }

    [Fact]
    public async Task CloudEvents_are_allowed_to_the_origin_that_asks_and_an_address_can_be_looked_up()
    {
        await using var app = await IngestApp.StartAsync();
        var path = await app.AddSourceAsync("azure", Token);
        using var question = new HttpRequestMessage(HttpMethod.Options, path) { Headers = { { "WebHook-Request-Origin", "eventgrid.azure.net" } } };
        using var answer = await app.Client.SendAsync(question);
        using var look = new HttpRequestMessage(HttpMethod.Head, path);
        using var looked = await app.Client.SendAsync(look);
        using var missing = new HttpRequestMessage(HttpMethod.Head, path + "x");
        using var nothing = await app.Client.SendAsync(missing);

        Assert.Equal((HttpStatusCode.OK, "eventgrid.azure.net"), (answer.StatusCode, answer.Headers.GetValues("WebHook-Allowed-Origin").Single()));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (looked.StatusCode, nothing.StatusCode));
    }

    [Fact]
    public void Lines_of_JSON_are_read_as_one_array()
    {
        var lines = ProviderSample.All.Where(sample => sample.Provider == "mailtrap" && sample.Told.Count > 0).Select(sample => sample.Body).ToList();
        var body = Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");
        using var document = JsonDocument.Parse(new Mailtrap().JsonOf(new SignedPost("").Read(body)));

        var read = new Mailtrap().Read(document.RootElement, _posts.SourceOf("mailtrap"));

        Assert.Equal(
            ProviderSample.All.Where(sample => sample.Provider == "mailtrap").Sum(sample => sample.Told.Count),
            read.Count());
    }

    [Fact]
    public async Task A_line_that_is_no_JSON_is_told_as_such()
    {
        await using var app = await IngestApp.StartAsync();
        var path = await app.AddSourceAsync("mailtrap", "mailtrap:a long password", SignedPosts.Fallback);
        var proof = ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("mailtrap:a long password")));

        using var answer = await app.PostAsync(path, new SignedPost("{\"event\":\"open\"}\nno JSON", proof));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData(0, true), InlineData(299, true), InlineData(301, false), InlineData(-301, false)]
    public async Task A_signature_of_Svix_is_good_for_five_minutes(int secondsAgo, bool good)
    {
        var sample = ProviderSample.All.First(sample => sample.Provider == "resend");
        var post = _posts.Sign(sample, SignedPosts.Now.ToUnixTimeSeconds() - secondsAgo);

        var proof = await _posts.Providers["resend"].VerifyAsync(post.Read(), _posts.SourceOf("resend"), default);

        Assert.Equal(good ? WebhookProof.Proven : WebhookProof.Refused, proof);
    }

    [Fact]
    public async Task Mandrills_signature_is_good_for_the_address_alone_that_it_was_sent_to()
    {
        var sample = ProviderSample.All.First(sample => sample.Provider == "mandrill");
        var (speaker, source) = (_posts.Providers["mandrill"], _posts.SourceOf("mandrill"));

        Assert.Equal(WebhookProof.Proven, await speaker.VerifyAsync(_posts.Sign(sample).Read(), source, default));
        Assert.Equal(WebhookProof.Refused, await speaker.VerifyAsync(_posts.Sign(sample, path: "/y").Read(), source, default));
    }

    [Fact]
    public async Task A_form_with_a_field_too_many_is_refused()
    {
        var body = Encoding.UTF8.GetBytes("mandrill_events=[]" + string.Concat(Enumerable.Range(0, 16).Select(field => $"&f{field}=1")));
        var proof = await _posts.Providers["mandrill"].VerifyAsync(new SignedPost("").Read(body), _posts.SourceOf("mandrill"), default);

        Assert.Equal((WebhookProof.Refused, true), (proof, FormFields.Read(body) is null));
    }

    [Theory]
    [InlineData("https://messaging.s3.fr-par.scw.cloud/fr-par/sns/sns_certificate_1.crt", true)]
    [InlineData("https://messaging.s3.fr-par.scw.cloud/certs/cert-1.pem", true)]
    [InlineData("https://attacker.s3.fr-par.scw.cloud/fr-par/sns/sns_certificate_1.crt", false)]
    [InlineData("https://messaging.s3.nl-ams.scw.cloud/fr-par/sns/sns_certificate_1.crt", false)]
    [InlineData("http://messaging.s3.fr-par.scw.cloud/fr-par/sns/sns_certificate_1.crt", false)]
    [InlineData("https://messaging.s3.fr-par.scw.cloud.shop.example/certs/cert-1.pem", false)]
    [InlineData("https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-x.pem", false)]
    public void Scaleways_certificates_lie_in_one_place(string address, bool theirs) =>
        Assert.Equal(theirs, SnsHosts.Scaleway.Certificate(address) is not null);

    [Theory]
    [InlineData("550 5.1.1 no such user", "550 5.1.1 no such user")]
    [InlineData("smtp; 550 5.1.1 no such user", "550 5.1.1 no such user")]
    [InlineData("sent (250 2.0.0 OK 42 gsmtp)", "250 2.0.0 OK 42 gsmtp")]
    [InlineData("4.7.1 try again", "4.7.1 try again")]
    [InlineData("The recipient's mailbox is full.", null)]
    [InlineData("sent", null)]
    [InlineData(" ", null)]
    public void A_servers_reply_is_told_from_a_providers_words(string text, string? reply) => Assert.Equal(reply, ServerReply.In(text));

    [Theory]
    [InlineData("brevo"), InlineData("mailjet"), InlineData("mailtrap"), InlineData("sendgrid"), InlineData("postmark")]
    public async Task Who_does_not_tell_the_sender_needs_one(string provider)
    {
        await using var app = await IngestApp.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/admin/webhook-sources")
        {
            Content = JsonContent.Create(new { provider, name = "main", secret = _posts.SecretOf(provider) }),
        };
        request.Headers.Authorization = new("Bearer", "ms_admin");
        using var answer = await app.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("\"sender\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_is_tested_over_its_own_address_and_nothing_is_counted()
    {
        await using var app = await IngestApp.StartAsync();
        var selfSigned = new List<string>();

        foreach (var provider in ProviderSample.Providers.Append("mail"))
        {
            var path = await app.AddSourceAsync(provider, _posts.SecretOf(provider), SignedPosts.Fallback);
            var id = path.Split('/')[^1];
            var result = await AskAsync(app, HttpMethod.Post, $"/v1/admin/webhook-sources/{id}/test");

            if (result.GetProperty("answer").GetString()!.StartsWith("Signed with a key made for this test", StringComparison.Ordinal))
            {
                selfSigned.Add(provider);
            }

            Assert.True(result.GetProperty("works").GetBoolean(), $"{provider}: {result}");
            Assert.Contains("\"accepted\":0", result.GetProperty("answer").GetString(), StringComparison.Ordinal);
            var day = (await AskAsync(app, HttpMethod.Get, $"/v1/admin/webhook-sources/{id}/traffic")).GetProperty("days")[0];
            Assert.Equal((0, 1), (day.GetProperty("accepted").GetInt32(), day.GetProperty("nothing").GetInt32()));
        }

        Assert.Equal(["ses", "sendgrid", "postal", "scaleway"], selfSigned);
        Assert.Empty(app.Subscriber.Batches);
        Assert.Empty(app.Journal.AskedKeys.Except(["ms_admin"]));
    }

    [Theory]
    [InlineData("ses"), InlineData("sendgrid"), InlineData("postal"), InlineData("scaleway")]
    public async Task A_key_made_for_a_test_proves_that_post_alone_and_once(string provider)
    {
        await using var app = await IngestApp.StartAsync();
        var path = await app.AddSourceAsync(provider, _posts.SecretOf(provider), SignedPosts.Fallback);
        app.Journal.Amazon.Certificate = _posts.Certificate;
        var source = _posts.SourceOf(provider) with { Id = path.Split('/')[^1] };
        var trials = app.Trials;
        var self = _posts.Providers[provider].SignSelf(source, TimeProvider.System.GetUtcNow())!;

        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(self.Sample.Body, "no such token"));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(self.Sample.Body.Replace('e', 'a'), trials.Open(source, self)));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(self.Sample.Body, trials.Open(source with { Id = "wh_other" }, self)));
        var token = trials.Open(source, self);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(self.Sample.Body, token));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(self.Sample.Body, token));

        async Task<HttpStatusCode> PostAsync(string body, string given)
        {
            using var answer = await app.PostAsync(path, new(body, [.. self.Sample.Headers, (WebhookTrials.Header, given)]));

            return answer.StatusCode;
        }
    }

    private static async Task<JsonElement> AskAsync(IngestApp app, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new("Bearer", "ms_admin");
        using var answer = await app.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
