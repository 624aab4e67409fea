using System.Globalization;
using MailStats.Contracts;
using MailStats.Mail.Suppression;
using MailStats.RealMtas;
using MailStats.TestSupport;

namespace MailStats.Policy.Tests.Mtas;

/// <summary>A real Postfix and a real Exim, configured as <c>docs/quota.md</c> and <c>docs/suppression.md</c> say.</summary>
public sealed class SuppressionAtMtasTests
{
    private const string Sender = "news@shop.example";
    private const string Ann = "ann@example.net";
    private const string Bob = "bob@example.net";

    [SkippableFact]
    public async Task Postfix_refuses_who_bounced_or_complained_and_passes_who_is_taken_off()
    {
        await using var host = await PolicyHost.StartAsync(settings: ["--Policy:Contexts:relay:WithoutLogin", "true"]);
        var service = string.Create(
            CultureInfo.InvariantCulture,
            $"check_policy_service {{ inet:127.0.0.1:{host.PolicyPort}, timeout=30s, {{ default_action = DUNNO }}, policy_context=relay }}");
        var (postfix, missing) = await RealPostfix.StartAsync(
            $"smtpd_recipient_restrictions = {service}, permit_mynetworks, reject", $"smtpd_end_of_data_restrictions = {service}");
        Skip.If(postfix is null, missing);

        await using (postfix)
        {
            await CheckAsync(host, recipients => SmtpDialogue.SendAsync(postfix.Port, Sender, recipients));
            Assert.StartsWith("250", await SmtpDialogue.SendAsync(postfix.Port, "", [Ann]), StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task Exim_refuses_who_bounced_or_complained_and_passes_who_is_taken_off()
    {
        await using var host = await PolicyHost.StartAsync();
        var (exim, missing) = await RealExim.StartAskingAtRcptAsync(await DocumentedAclAsync(host.PolicyPort));
        Skip.If(exim is null, missing);

        await using (exim)
        {
            await CheckAsync(host, recipients => SmtpDialogue.SendAsync(exim.Port, Sender, recipients, login: Sender));
        }
    }

    private static async Task CheckAsync(PolicyHost host, Func<string[], Task<string>> sendAsync)
    {
        await host.Suppressions.SaveSettingsAsync("acme", null, new() { Mode = SuppressionMode.Enforce }, default);
        Assert.StartsWith("250", await sendAsync([Bob, Ann]), StringComparison.Ordinal);

        await host.ApplyAsync(Told(Ann, DeliveryEventKind.Bounced));
        var refusal = await sendAsync([Bob, Ann]);
        Assert.True(IsRefusal(refusal, Ann, "(hard bounce, recipient_unknown)"), refusal);
        Assert.StartsWith("250", await sendAsync([Bob]), StringComparison.Ordinal);

        await host.ApplyAsync(Told(Bob, DeliveryEventKind.Complained));
        refusal = await sendAsync(["Bob@Example.net"]);
        Assert.True(IsRefusal(refusal, Bob, "(complaint"), refusal);

        Assert.True(await host.Suppressions.RemoveAsync("acme", null, Ann, default));
        Assert.True(await host.Suppressions.RemoveAsync("acme", null, Bob, default));
        Assert.StartsWith("250", await sendAsync([Ann, Bob]), StringComparison.Ordinal);
    }

    private static bool IsRefusal(string reply, string address, string why) =>
        reply.StartsWith("550 5.1.1 ", StringComparison.Ordinal)
        && reply.Contains($"{address} is on the suppression list {why}", StringComparison.OrdinalIgnoreCase);

    /// <summary>The lines of the guide, asking this port.</summary>
    private static async Task<string[]> DocumentedAclAsync(int port)
    {
        var lines = (await File.ReadAllLinesAsync(Repository.File("docs", "suppression.md")))
            .SkipWhile(line => line != "acl_check_rcpt:").Skip(1).TakeWhile(line => line != "```").ToArray();
        Assert.Contains(lines, line => line.Contains("inet:127.0.0.1:10033", StringComparison.Ordinal));

        var own = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

        return [.. lines.Select(line => line.Replace("127.0.0.1:10033", own, StringComparison.Ordinal))];
    }

    private static ClassifiedDelivery Told(string recipient, DeliveryEventKind kind) => new()
    {
        Provider = "example.net",
        Event = new()
        {
            EventId = Guid.NewGuid(), TenantId = "acme", MessageKey = "m1", Recipient = recipient, Kind = kind,
            OccurredAt = TimeProvider.System.GetUtcNow(), Sender = Sender,
        },
        Classification = kind != DeliveryEventKind.Bounced ? null : new()
        {
            Reason = "recipient_unknown", Hard = true, Permanent = true, Unknown = false, Actor = "recipient", Advice = "Remove the address.",
        },
    };
}
