using MailStats.Collector.Formats;
using MailStats.Collector.Joining;
using MailStats.Contracts;

namespace MailStats.Collector.Tests;

/// <summary>Mail that stays within the own servers, by what the operator says of them.</summary>
public sealed class LocalMailTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mailstats-local-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("shop.example", "joe@shop.example", true)]
    [InlineData("SHOP.example", "joe@Shop.Example", true)]
    [InlineData("shop.example", "joe@eu.shop.example", null)]
    [InlineData(".shop.example", "joe@eu.shop.example", true)]
    [InlineData(".shop.example", "joe@shop.example", null)]
    [InlineData("münchen.example", "joe@xn--mnchen-3ya.example", true)]
    [InlineData("shop.example", "joe@notshop.example", null)]
    public void Mail_to_own_domains_is_local(string domain, string recipient, object? local) =>
        Assert.Equal(local, Deliver(new LocalMail([domain], [], []), "smtp", recipient, "mx.example.net[198.51.100.7]:25").Local);

    [Theory]
    [InlineData("store.shop.example", true)]
    [InlineData("192.0.2.20", true)]
    [InlineData("mx.example.net", null)]
    public void Mail_through_own_relays_is_local(string relay, object? local) =>
        Assert.Equal(local, Deliver(new LocalMail([], [relay], []), "smtp", "joe@example.org", "store.shop.example[192.0.2.20]:25").Local);

    [Theory]
    [InlineData("gateway.shop.example", null)]
    [InlineData("192.0.2.20", null)]
    [InlineData("other.shop.example", true)]
    public void LMTP_is_delivery_into_a_mailbox_unless_it_is_said_to_be_a_way_out(string outgoing, object? local) =>
        Assert.Equal(local, Deliver(new LocalMail([], [], [outgoing]), "lmtp", "joe@example.org", "gateway.shop.example[192.0.2.20]:7025").Local);

    [Fact]
    public void Exim_s_hosts_are_known_by_name_and_address_too()
    {
        const string Line = "2026-03-03 08:00:02 1vxLzR-0000AB-1a => joe@example.org R=in T=remote_smtp H=store.shop.example [192.0.2.20] C=\"250 Ok\"";
        foreach (var relay in new[] { "store.shop.example", "192.0.2.20" })
        {
            Assert.True(Read(new LocalMail([], [relay], []), "exim", "2026-03-03 08:00:01 1vxLzR-0000AB-1a <= a@b.example P=esmtp S=1", Line).Single().Local);
        }
    }

    [Theory]
    [InlineData("shop.example, @other.example\n# a comment\n.eu.shop.example\n", "shop.example|other.example|.eu.shop.example")]
    [InlineData("mydestination = mx1.shop.example, localhost\nrelay_domains = shop.example $mydomain\n  other.example " +
        "hash:/etc/postfix/relay\nmyhostname = mx1\n", "mx1.shop.example|localhost|shop.example|other.example")]
    public void Names_are_read_from_a_file_or_from_what_postconf_prints(string text, string expected)
    {
        var file = Path.Combine(_folder.FullName, "own.txt");
        File.WriteAllText(file, text);
        var names = new List<string>();

        Assert.Null(OwnNames.Read(file, names));
        Assert.Equal(expected.Split('|'), names);
    }

    [Fact]
    public void A_wrong_name_is_told_with_file_and_line()
    {
        var file = Path.Combine(_folder.FullName, "own.txt");
        File.WriteAllText(file, "shop.example\nno domain!\n");

        Assert.Equal($"{file}:2: 'no domain!' is no name", OwnNames.Read(file, []));
        Assert.Equal("'/no/such/file' is neither a file nor a list of names", OwnNames.Read("/no/such/file", []));
    }

    [Fact]
    public void A_file_past_the_bound_is_refused()
    {
        var file = Path.Combine(_folder.FullName, "own.txt");
        using (var stream = File.Create(file))
        {
            stream.SetLength(OwnNames.MaximumBytes + 1L);
        }

        Assert.Equal($"{file} is larger than 16 MB", OwnNames.Read(file, []));
    }

    private static SubmittedEvent Deliver(LocalMail local, string daemon, string recipient, string relay) => Read(
        local,
        "postfix",
        "Mar  3 08:00:00 mx1 postfix/smtpd[1]: 27EFBB2431A: client=web.shop.example[192.0.2.10]",
        "Mar  3 08:00:00 mx1 postfix/qmgr[3]: 27EFBB2431A: from=<news@shop.example>, size=281, nrcpt=1 (queue active)",
        $"Mar  3 08:00:02 mx1 postfix/{daemon}[6]: 27EFBB2431A: to=<{recipient}>, relay={relay}, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent " +
            $"(250 Ok)").Single();

    private static List<SubmittedEvent> Read(LocalMail local, string format, params string[] lines)
    {
        var reader = LogFormats.Create(format, new LogClock(TimeZoneInfo.Utc, Samples.Now), local: local);
        foreach (var line in lines)
        {
            reader.Read(System.Text.Encoding.UTF8.GetBytes(line));
        }

        return reader.Messages.Events();
    }
}
