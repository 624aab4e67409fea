using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using MailStats.RealMtas;

namespace MailStats.Policy.Tests.Mtas;

/// <summary>A real Postfix, configured as <c>docs/quota.md</c> says.</summary>
public sealed partial class RealPostfixTests
{
    private static readonly string[] Relay = ["--Policy:Contexts:relay:WithoutLogin", "true"];

    [SkippableFact]
    public async Task It_refuses_at_the_limit_accepts_when_it_is_raised_and_its_log_uses_up_what_was_reserved()
    {
        await using var host = await PolicyHost.StartAsync(settings: Relay);
        await host.LimitAsync(10);
        await using var postfix = await StartAsync(host.PolicyPort, "DUNNO");

        Assert.StartsWith("250", await SendAsync(postfix, 3), StringComparison.Ordinal);
        Assert.StartsWith("250", await SendAsync(postfix, 3), StringComparison.Ordinal);
        Assert.StartsWith("250", await SendAsync(postfix, 3), StringComparison.Ordinal);
        Assert.Matches(@"^550 5\.7\.1 .*Message has 3 recipients but only 1 remain this month \(9 of 10 used\)", await SendAsync(postfix, 3));
        Assert.StartsWith("250", await SendAsync(postfix, 1), StringComparison.Ordinal);
        Assert.Matches(@"^550 5\.7\.1 .*Monthly sending quota reached \(10 of 10 recipients\); resets .* America/Toronto", await SendAsync(postfix, 1));
        Assert.Equal(10, (await host.StandingAsync()).Reserved);

        await host.LimitAsync(12);
        Assert.StartsWith("250", await SendAsync(postfix, 2), StringComparison.Ordinal);

        var log = await LogWhenAsync(postfix, sent: 12);

        foreach (var message in log.GroupBy(queueId => queueId))
        {
            await host.LogAsync(message.Key, message.Count(), TimeProvider.System.GetUtcNow(), "mx1.shop.example");
        }

        var standing = await host.StandingAsync();
        Assert.Equal((12, 0), (standing.Used, standing.Reserved));
    }

    [SkippableFact]
    public async Task Null_sender_and_foreign_senders_pass_at_the_limit()
    {
        await using var host = await PolicyHost.StartAsync(settings: [.. Relay, "--Policy:DefaultTenant", ""]);
        await host.LimitAsync(0);
        await using var postfix = await StartAsync(host.PolicyPort, "451 4.3.5 no policy");

        Assert.StartsWith("250", await SmtpDialogue.SendAsync(postfix.Port, "", ["ann@example.net"]), StringComparison.Ordinal);
        Assert.StartsWith("250", await SmtpDialogue.SendAsync(postfix.Port, "someone@elsewhere.example", ["ann@example.net"]), StringComparison.Ordinal);
        Assert.StartsWith("550 5.7.1", await SendAsync(postfix, 1), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("DUNNO", "250")]
    [InlineData("451 4.3.5 Quota service is out of order", "451 4.3.5")]
    public async Task T06_When_the_server_dies_in_the_middle_of_a_request_postfix_does_what_its_default_action_says(string action, string reply)
    {
        using var dying = new TcpListener(IPAddress.Loopback, 0);
        dying.Start();
        var asked = DieAsync(dying);
        await using var postfix = await StartAsync(((IPEndPoint)dying.LocalEndpoint).Port, action);

        Assert.StartsWith(reply, await SendAsync(postfix, 1), StringComparison.Ordinal);

        dying.Stop();
        Assert.True(await asked >= 2, "Postfix asks once more before it gives up");
    }

    /// <summary>Reads some of each request and hangs up, as a killed process does. Gives how often it was asked.</summary>
    private static async Task<int> DieAsync(TcpListener listener)
    {
        var asked = 0;

        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                _ = await client.GetStream().ReadAtLeastAsync(new byte[64], 64, throwOnEndOfStream: false);
                asked++;
            }
        }
        catch (Exception stopped) when (stopped is SocketException or InvalidOperationException)
        {
            // While it waits, a listener that is stopped fails as a socket; between two waits, as one that was never started.
            return asked;
        }
    }

    private static async Task<RealPostfix> StartAsync(int policyPort, string defaultAction)
    {
        var service = string.Create(
            CultureInfo.InvariantCulture,
            $"check_policy_service {{ inet:127.0.0.1:{policyPort}, timeout=3s, {{ default_action = {defaultAction} }}, policy_context=relay }}");
        var (postfix, missing) = await RealPostfix.StartAsync(
            $"smtpd_recipient_restrictions = {service}, permit_mynetworks, reject",
            $"smtpd_end_of_data_restrictions = {service}");
        Skip.If(postfix is null, missing);

        return postfix!;
    }

    private static Task<string> SendAsync(RealPostfix postfix, int recipients) =>
        SmtpDialogue.SendAsync(postfix.Port, "news@shop.example", [.. Enumerable.Range(0, recipients).Select(i => $"r{i}@example.net")]);

    /// <summary>The queue ids of delivered recipients, once the log tells of so many.</summary>
    private static Task<List<string>> LogWhenAsync(RealPostfix postfix, int sent) => Eventually.IsAsync(
        async () => Sent().Matches(await File.ReadAllTextAsync(postfix.LogFile)).Select(match => match.Groups[1].Value).ToList(),
        queueIds => queueIds.Count >= sent,
        $"{sent} deliveries in the log");

    [GeneratedRegex(@"postfix/discard\[\d+\]: ([0-9A-F]+): to=<[^>]+>.* status=sent")]
    private static partial Regex Sent();
}
