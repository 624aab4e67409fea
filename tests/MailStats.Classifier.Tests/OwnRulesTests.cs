using MailStats.Classifier.OwnRules;
using MailStats.Contracts;
using MailStats.Mail.Statistics;
using MailStats.Stores.Administration;
using MailStats.Stores.Statistics;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.Classifier.Tests;

public class OwnRulesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 10, 5, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task An_unknown_reply_becomes_a_rule_and_history_moves_exactly()
    {
        await using var app = await ClassifierApp.StartAsync();
        await app.ReportAsync(
            Bounce("m1", "ann@a.example", "550 5.0.0 Zorp 17 refuses flarn for ann@a.example"),
            Bounce("m2", "bob@a.example", "550 5.0.0 Zorp 4711 refuses flarn for bob@a.example"),
            Bounce("m3", "eve@a.example", "550 5.0.0 Quux!"),
            Bounce("m4", "dan@a.example", "550 5.1.1 User unknown"));
        await ClassifierApp.UntilAsync(async () => (await SumAsync(app)).SoftBounces == 3);

        var inbox = await app.GetAsync("/v1/unknown-replies");
        var zorp = inbox.GetProperty("items")[0];
        Assert.Equal((2, 2), (inbox.GetProperty("items").GetArrayLength(), zorp.GetProperty("count").GetInt32()));
        Assert.Equal("zorp {n} refuses flarn for {address}", zorp.GetProperty("text").GetString());

        var (status, _) = await app.PostAsync($"/v1/unknown-replies/{zorp.GetProperty("fingerprint").GetString()}/rule", new ReplyRuleBody { Id = "zorp", Reason = "recipient_disabled" });

        Assert.Equal(201, status);
        await ClassifierApp.UntilAsync(async () => (await SumAsync(app)).HardBounces == 3);
        Assert.Equal(new Counters(4, 0, 1, 3, 0), await SumAsync(app));
        Assert.Equal([("recipient_disabled", 2L), ("recipient_unknown", 1L), ("unknown", 1L)], await ReasonsAsync(app));
        Assert.Equal(1, (await app.GetAsync("/v1/unknown-replies")).GetProperty("items").GetArrayLength());
        await ClassifierApp.UntilAsync(async () => !(await app.GetAsync("/v1/reply-rules")).GetProperty("reclassifying").GetBoolean());

        // What comes in later is classified by the rule at once; what came before comes again and changes nothing.
        await app.ReportAsync(
            Bounce("m5", "kim@a.example", "550 5.0.0 Zorp 9 refuses flarn for kim@a.example"),
            Bounce("m1", "ann@a.example", "550 5.0.0 Zorp 17 refuses flarn for ann@a.example"));
        await ClassifierApp.UntilAsync(async () => (await SumAsync(app)).Recipients == 5);
        Assert.Equal(new Counters(5, 0, 1, 4, 0), await SumAsync(app));

        using var removed = await app.Client.DeleteAsync(new Uri("/v1/reply-rules/zorp", UriKind.Relative));

        Assert.Equal(204, (int)removed.StatusCode);
        await ClassifierApp.UntilAsync(async () => (await SumAsync(app)).HardBounces == 1);
        Assert.Equal(new Counters(5, 0, 4, 1, 0), await SumAsync(app));
    }

    [Fact]
    public async Task Every_change_leaves_an_audit_entry_and_a_trial_none()
    {
        await using var app = await ClassifierApp.StartAsync();
        await app.ReportAsync(Bounce("m1", "ann@a.example", "550 5.0.0 Zorp refuses flarn"));
        await ClassifierApp.UntilAsync(async () => (await SumAsync(app)).Recipients == 1);
        var kind = (await app.GetAsync("/v1/unknown-replies")).GetProperty("items")[0].GetProperty("fingerprint").GetString();

        await app.PostAsync($"/v1/unknown-replies/{kind}/rule", new ReplyRuleBody { Id = "zorp", Reason = "recipient_disabled" });
        await app.PostAsync("/v1/reply-rules/try", new ReplyRuleBody { Reason = "mailbox_full", Phrases = ["zorp"] });
        await app.PostAsync("/v1/reply-rules", new ReplyRuleBody { Id = "zorp", Reason = "mailbox_full", Phrases = ["zorp"] });
        await app.PostAsync("/v1/reply-rules", new ReplyRuleBody { Reason = "no_such_reason" });
        using var removed = await app.Client.DeleteAsync(new Uri("/v1/reply-rules/zorp", UriKind.Relative));

        var log = await app.Services.GetRequiredService<IAuditStore>().ListAsync(ClassifierApp.Tenant, null, 10, default);
        Assert.Equal(
            [("removeReplyRule", 204), ("saveReplyRule", 400), ("saveReplyRule", 201), ("makeRuleOfUnknownReply", 201)],
            log.Items.Select(entry => (entry.Action, entry.Status ?? 0)));
        Assert.Equal(("zorp", "recipient_disabled"), (log.Items[3].Details["id"], log.Items[3].Details["reason"]));
    }

    [Fact]
    public async Task A_rule_is_tried_without_being_saved()
    {
        await using var app = await ClassifierApp.StartAsync();
        await app.ReportAsync(
            Bounce("m1", "ann@a.example", "550 5.0.0 Zorp refuses flarn"),
            Bounce("m2", "bob@a.example", "550 5.1.1 User unknown"));
        await ClassifierApp.UntilAsync(async () => (await SumAsync(app)).Recipients == 2);

        var (status, trial) = await app.PostAsync("/v1/reply-rules/try", new ReplyRuleBody { Reason = "mailbox_full", Phrases = ["ZORP .. flarn"] });

        Assert.Equal((200, 2, 1), (status, trial.GetProperty("examined").GetInt32(), trial.GetProperty("matched").GetInt32()));
        Assert.Equal(
            ("unknown", "mailbox_full"),
            (trial.GetProperty("groups")[0].GetProperty("reasonNow").GetString(), trial.GetProperty("groups")[0].GetProperty("reasonThen").GetString()));
        Assert.Equal(0, (await app.GetAsync("/v1/reply-rules")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Own_rules_go_before_those_that_come_along_and_the_latest_first()
    {
        await using var app = await ClassifierApp.StartAsync();
        await app.PostAsync("/v1/reply-rules", new ReplyRuleBody { Id = "first", Reason = "policy_rejected", Phrases = ["user unknown"], Codes = ["5xx"] });
        await app.PostAsync("/v1/reply-rules", new ReplyRuleBody { Id = "second", Reason = "rate_limited", Phrases = ["user unknown"], EnhancedCodes = ["5.1.x"], Advice = "Slow down." });

        var (_, both) = await app.PostAsync("/v1/classify", new { text = "550 5.1.1 User unknown" });
        var (_, first) = await app.PostAsync("/v1/classify", new { text = "550 5.2.1 User unknown" });
        var (_, neither) = await app.PostAsync("/v1/classify", new { text = "450 4.2.1 User unknown" });

        Assert.Equal(("own/second", "rate_limited", "Slow down."), (both.GetProperty("rule").GetString(), both.GetProperty("reason").GetString(), both.GetProperty("advice").GetString()));
        Assert.Equal("own/first", first.GetProperty("rule").GetString());
        Assert.Equal("recipient_unknown", neither.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Every_wrong_field_of_a_rule_is_named()
    {
        await using var app = await ClassifierApp.StartAsync();

        var (status, problem) = await app.PostAsync("/v1/reply-rules", new ReplyRuleBody
        {
            Reason = "no_such",
            Phrases = ["(open", "x"],
            Codes = ["999x"],
            EnhancedCodes = ["5.1"],
            Receivers = ["Nobody"],
            Fingerprint = "zz",
            Advice = "Do {this}",
        });
        var (_, second) = await app.PostAsync("/v1/reply-rules", new ReplyRuleBody { Id = "Not Good", Reason = "mailbox_full", Documentation = "ftp://x" });

        Assert.Equal(400, status);
        Assert.Equal(
            ["advice", "codes", "enhancedCodes", "fingerprint", "phrases", "reason", "receivers"],
            problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order());
        Assert.Equal(["documentation", "id"], second.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order());
    }

    [Fact]
    public async Task What_does_not_exist_is_not_found()
    {
        await using var app = await ClassifierApp.StartAsync();

        var (status, _) = await app.PostAsync("/v1/unknown-replies/0123456789abcdef/rule", new ReplyRuleBody { Reason = "mailbox_full" });
        using var removed = await app.Client.DeleteAsync(new Uri("/v1/reply-rules/nothing", UriKind.Relative));

        Assert.Equal((404, 404), (status, (int)removed.StatusCode));
    }

    [Fact]
    public async Task Nobody_without_a_key_gets_in()
    {
        await using var app = await ClassifierApp.StartAsync();
        app.Client.DefaultRequestHeaders.Authorization = null;

        var (status, _) = await app.PostAsync("/v1/classify", new { text = "550" });

        Assert.Equal(401, status);
    }

    [Fact]
    public async Task A_rules_file_serves_every_tenant()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "zorp: recipient_moved\n  - zorp .. flarn\n");
        await using var app = await ClassifierApp.StartAsync($"--Classifier:RulesFile={file}");

        var (_, verdict) = await app.PostAsync("/v1/classify", new { text = "550 5.0.0 Zorp refuses flarn" });

        Assert.Equal(("recipient_moved", "zorp"), (verdict.GetProperty("reason").GetString(), verdict.GetProperty("rule").GetString()));
        File.Delete(file);
    }

    [Fact]
    public async Task A_rules_file_with_mistakes_stops_the_start_and_names_them()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "zorp: recipient_gone\n  - zorp (flarn\nother: mailbox_full\n  - mailbox(\n");

        var wrong = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => ClassifierApp.StartAsync($"--Classifier:RulesFile={file}"));

        Assert.Equal(2, wrong.Failures.Count());
        Assert.All(wrong.Failures, failure => Assert.StartsWith("Classifier:RulesFile: ", failure, StringComparison.Ordinal));
        File.Delete(file);
    }

    private static async Task<Counters> SumAsync(ClassifierApp app) =>
        await app.Services.GetRequiredService<IStatisticsStore>().SumAsync(new StatisticsScope(ClassifierApp.Tenant), Day, default);

    private static async Task<IEnumerable<(string, long)>> ReasonsAsync(ClassifierApp app) =>
        (await app.Services.GetRequiredService<IStatisticsStore>().ReasonsAsync(new StatisticsScope(ClassifierApp.Tenant), Day, 10, default))
            .Select(reason => (reason.Reason, reason.Count)).OrderBy(reason => reason.Reason, StringComparer.Ordinal);

    private static TimeRange Day => new(Noon.AddHours(-12), Noon.AddHours(12));

    private static DeliveryEvent Bounce(string message, string recipient, string reply) => new()
    {
        EventId = new Guid(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(message)).AsSpan(0, 16)),
        TenantId = ClassifierApp.Tenant,
        MessageKey = message,
        Recipient = recipient,
        Kind = DeliveryEventKind.Bounced,
        OccurredAt = Noon,
        AcceptedAt = Noon.AddMinutes(-5),
        Sender = "shop@shop.example",
        Subject = "Your order",
        ReplyCode = 550,
        EnhancedCode = reply.Split(' ')[1],
        ReplyText = reply,
        Bytes = 1234,
        AttemptNumber = 1,
    };
}
