using System.Text.Json;
using MailStats.Collector.Formats;
using MailStats.Collector.Joining;
using MailStats.Collector.State;
using MailStats.Contracts;

namespace MailStats.Collector.Tests;

/// <summary>
/// How mail went out and who handed it in, wherever a log tells it: outgoing address, pool, tags, TLS, client and login. Each log has
/// its truth beside it, one line a recipient. What replies quote is no fact.
/// </summary>
public sealed class FactsTests
{
    public static TheoryData<string> Names { get; } =
        [.. Directory.GetFiles(Samples.PathOf("facts"), "*.log").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_log_tells_how_mail_went_and_who_handed_it_in(string name)
    {
        var truth = File.ReadAllLines(Samples.PathOf($"facts/{name}.truth"));
        var lines = Samples.Lines($"facts/{name}.log");
        var reader = Samples.Reader(truth[0]);
        Assert.Equal(truth[0], LogFormats.Guess(lines, Samples.Now));
        Assert.All(lines, line => Assert.True(reader.Read(line) is not (LineOutcome.Broken or LineOutcome.NotThisFormat)));

        var told = reader.Messages.Events().Where(item => item.SourceVerdict != "handed on").GroupBy(item => item.Recipient).Select(Facts);

        Assert.Equal(truth[1..].Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_failure_before_a_server_was_reached_is_not_told_twice(string name)
    {
        var reader = Samples.Reader(File.ReadLines(Samples.PathOf($"facts/{name}.truth")).First());
        Samples.Lines($"facts/{name}.log").ForEach(line => reader.Read(line));

        Assert.All(
            reader.Messages.Events().Where(item => item.Attempted != false && item.SourceVerdict != "handed on").GroupBy(item => item.Recipient),
            attempts => Assert.Single(attempts));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1:25", "192.0.2.1")]
    [InlineData("[192.0.2.1]:25", "192.0.2.1")]
    [InlineData("2001:DB8::1", "2001:db8::1")]
    [InlineData("[2001:db8::1]:25", "2001:db8::1")]
    [InlineData("unknown", null)]
    [InlineData("1", null)]
    [InlineData("0x7f.1", null)]
    [InlineData("(null)", null)]
    [InlineData("", null)]
    public void An_address_is_told_from_what_is_none(string text, string? address) => Assert.Equal(address, IpNames.Read(text));

    [Theory]
    [InlineData("TLSv1.3", "TLSv1.3")]
    [InlineData("TLS1.2", "TLSv1.2")]
    [InlineData("TLSv1_3", "TLSv1.3")]
    [InlineData("TLS1.0", "TLSv1")]
    [InlineData("TLSv1", "TLSv1")]
    [InlineData("TLSv1.1", "TLSv1.1")]
    [InlineData("SSLv3", "SSLv3")]
    [InlineData("TLSv9", null)]
    [InlineData("none", null)]
    public void A_version_of_TLS_has_one_name(string text, string? version) => Assert.Equal(version, TlsVersions.Of(text));

    [Theory]
    [InlineData("postfix")]
    [InlineData("opensmtpd")]
    [InlineData("sendmail")]
    public void A_restart_between_any_two_lines_forgets_no_connection(string format)
    {
        var lines = Samples.Lines($"facts/{format}.log");
        var whole = Samples.Reader(format);
        lines.ForEach(line => whole.Read(line));

        for (var cut = 1; cut < lines.Count; cut++)
        {
            var (first, second) = ((LayeredFormat)Samples.Reader(format), (LayeredFormat)Samples.Reader(format));
            lines.Take(cut).ToList().ForEach(line => first.Read(line));
            var kept = JsonSerializer.Serialize(
                new LogState
                {
                    Messages = [.. first.Messages.Open()],
                    Hosts = [.. first.Messages.Hosts()],
                    Connections = [.. ((IConnectedFormat)first.Inner).Connections()],
                },
                StateJson.Default.LogState);
            var state = JsonSerializer.Deserialize(kept, StateJson.Default.LogState)!;
            second.Messages.Restore(state.Hosts, state.Messages);
            ((IConnectedFormat)second.Inner).Restore(state.Connections!);
            lines.Skip(cut).ToList().ForEach(line => second.Read(line));

            Assert.Equal(
                (cut, Written(whole.Messages.Events())), (cut, Written([.. first.Messages.Events(), .. second.Messages.Events()])));
        }

        static string Written(IEnumerable<SubmittedEvent> events) => string.Join('\n', events.Select(item => item.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void More_addresses_than_are_remembered_are_read_all_the_same()
    {
        var names = new IpNames();
        for (var number = 0; number <= IpNames.Capacity; number++)
        {
            var address = $"10.0.{number / 256}.{number % 256}";
            Assert.Equal(address, names.Of(System.Text.Encoding.ASCII.GetBytes(address)));
        }

        Assert.InRange(names.Count, 1, IpNames.Capacity);
    }

    [Fact]
    public void Of_more_processes_than_are_remembered_the_latest_count()
    {
        var connections = new TlsConnections();
        var host = new HostMessages("mx");
        for (var process = 1; process <= (2 * TlsConnections.Capacity) + 1; process++)
        {
            connections.Open(host, System.Text.Encoding.ASCII.GetBytes($"{process}"), "mx.example.net"u8, "TLSv1.3"u8, At);
        }

        Assert.Null(connections.VersionOf(host, "1"u8, "mx.example.net"u8, At));
        Assert.Equal("TLSv1.3", connections.VersionOf(host, "8193"u8, "mx.example.net"u8, At));
        Assert.Null(connections.VersionOf(host, "8193"u8, "mx.example.org"u8, At));
        Assert.Null(connections.VersionOf(new HostMessages("mx2", 1), "8193"u8, "mx.example.net"u8, At));
        Assert.Null(connections.VersionOf(host, "8193"u8, "mx.example.net"u8, At + TlsConnections.Longest.Ticks + 1));
        Assert.Null(connections.VersionOf(host, "8193"u8, "mx.example.net"u8, At - TimeSpan.TicksPerHour));
        Assert.Equal(IConnectedFormat.MaximumKept, connections.Kept().Count());
    }

    [Fact]
    public void Of_messages_that_have_left_as_many_are_remembered_as_were_asked_for()
    {
        var host = new HostMessages("mx", left: new LeftMessages(3));
        var messages = Enumerable.Range(0, 7).Select(number => new JoinedMessage("mx", $"ID{number}")).ToList();

        messages.ForEach(message => host.Left(message));

        Assert.Equal(
            [false, false, false, false, true, true, true],
            messages.Select(message => host.FindLeft(System.Text.Encoding.ASCII.GetBytes(message.QueueId)) is not null));
        host = new HostMessages("mx");
        host.Left(messages[0]);
        Assert.Null(host.FindLeft("ID0"u8));
    }

    [Fact]
    public void Of_many_more_it_is_known_that_they_were_there_with_which_message_id()
    {
        var left = new LeftMessages(3);
        var host = new HostMessages("mx", left: left);
        for (var number = 0; number < LeftMessages.Known + 10; number++)
        {
            host.Left(new JoinedMessage("mx", $"ID{number}") { Submitted = true, MessageId = $"{number}@shop.example" });
        }

        Assert.Equal((false, true), (HadLeft(9), HadLeft(10)));
        Assert.Null(host.FindLeft("ID11"u8, "other@shop.example", out var had));
        Assert.False(had);
        Assert.Null(new HostMessages("mx2", 1, left).FindLeft("ID10"u8, "10@shop.example", out had));
        Assert.False(had);

        bool HadLeft(int number) => host.FindLeft(Ascii($"ID{number}"), $"{number}@shop.example", out var known) is null && known;
    }

    private static readonly long At = Samples.Now.UtcTicks;

    private static byte[] Ascii(string text) => System.Text.Encoding.ASCII.GetBytes(text);

    [Fact]
    public void More_sessions_than_are_remembered_begin_anew()
    {
        var sessions = new OpenSmtpdSessions();
        for (var number = 0; number <= OpenSmtpdSessions.MaximumSessions; number++)
        {
            sessions.Read(System.Text.Encoding.ASCII.GetBytes($"{number:x16}"), "mta tls ciphers=TLSv1.3:AES:256"u8, At);
        }

        Assert.Null(sessions.TlsOf("0000000000000000"u8));
        Assert.Equal("TLSv1.3", sessions.TlsOf(System.Text.Encoding.ASCII.GetBytes($"{OpenSmtpdSessions.MaximumSessions:x16}")));
    }

    private static string Facts(IGrouping<string?, SubmittedEvent> events)
    {
        var (ip, tls) = (Only(events, item => item.OutgoingIp), Only(events, item => item.TlsVersion));
        var tags = events.SelectMany(item => item.Tags ?? []).Distinct().Order(StringComparer.Ordinal).ToList();

        return events.Key + ip.Named("ip") + Only(events, item => item.Pool).Named("pool") + (tags.Count > 0 ? " tags=" + string.Join(',', tags) : "")
            + tls.Named("tls") + Only(events, item => item.ClientAddress).Named("client") + Only(events, item => item.Login).Named("login");
    }

    private static string? Only(IEnumerable<SubmittedEvent> events, Func<SubmittedEvent, string?> fact) =>
        events.Select(fact).Where(value => value is not null).Distinct().SingleOrDefault();
}

file static class Words
{
    public static string Named(this string? value, string name) => value is null ? "" : $" {name}={value}";
}
