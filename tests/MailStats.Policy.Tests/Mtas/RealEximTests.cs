using System.Globalization;
using MailStats.RealMtas;

namespace MailStats.Policy.Tests.Mtas;

/// <summary>A real Exim, configured as <c>docs/quota.md</c> says.</summary>
public sealed class RealEximTests
{
    [SkippableFact]
    public async Task It_refuses_at_the_limit_and_accepts_when_it_is_raised()
    {
        await using var host = await PolicyHost.StartAsync();
        await host.LimitAsync(4);
        await using var exim = await StartAsync(host.PolicyPort);

        Assert.StartsWith("250", await SendAsync(exim, 3), StringComparison.Ordinal);
        Assert.StartsWith("550 5.7.1 Message has 2 recipients but only 1 remain this month", await SendAsync(exim, 2), StringComparison.Ordinal);
        Assert.StartsWith("250", await SendAsync(exim, 1), StringComparison.Ordinal);
        Assert.StartsWith("550 5.7.1 Monthly sending quota reached (4 of 4 recipients)", await SendAsync(exim, 1), StringComparison.Ordinal);

        await host.LimitAsync(5, temporary: true);
        Assert.StartsWith("250", await SendAsync(exim, 1), StringComparison.Ordinal);
        Assert.StartsWith("451 4.7.1 Monthly sending quota reached (5 of 5 recipients)", await SendAsync(exim, 1), StringComparison.Ordinal);

        // What Exim calls the message in its log is what the reservation is known by.
        var queueIds = (await File.ReadAllLinesAsync(exim.LogFile))
            .Where(line => line.Contains(" <= news@shop.example", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[2])
            .ToList();
        Assert.Equal(3, queueIds.Count);
        await host.LogAsync(queueIds[0], 3, TimeProvider.System.GetUtcNow());
        var standing = await host.StandingAsync();
        Assert.Equal((3, 2), (standing.Used, standing.Reserved));
    }

    [SkippableFact]
    public async Task Without_an_answer_mail_passes_as_the_configuration_says()
    {
        await using var exim = await StartAsync(policyPort: 1);

        Assert.StartsWith("250", await SendAsync(exim, 1), StringComparison.Ordinal);
    }

    private static async Task<RealExim> StartAsync(int policyPort)
    {
        var socket = string.Create(CultureInfo.InvariantCulture, $"inet:127.0.0.1:{policyPort}");
        var (exim, missing) = await RealExim.StartAsync(
            "  warn  authenticated = *",
            $@"        set acl_m_quota = ${{readsocket{{{socket}}}{{request=smtpd_access_policy\nprotocol_state=END-OF-MESSAGE\nqueue_id=$message_exim_id\ninstance=$message_exim_id\nsender=$sender_address\nrecipient_count=$recipients_count\nsasl_username=$authenticated_id\nsize=$message_size\n\n}}{{3s}}{{}}{{action=DUNNO}}}}",
            @"  deny  condition = ${if match{$acl_m_quota}{\N^action=(5.*)\N}}",
            @"        message   = ${sg{$acl_m_quota}{\N(?s)^action=(.*?)\n.*\N}{\$1}}",
            @"  defer condition = ${if match{$acl_m_quota}{\N^action=4\N}}",
            @"        message   = ${sg{$acl_m_quota}{\N(?s)^action=(.*?)\n.*\N}{\$1}}");
        Skip.If(exim is null, missing);

        return exim!;
    }

    private static Task<string> SendAsync(RealExim exim, int recipients) => SmtpDialogue.SendAsync(
        exim.Port, "news@shop.example", [.. Enumerable.Range(0, recipients).Select(i => $"r{i}@example.net")], login: "news@shop.example");
}
