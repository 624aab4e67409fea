using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Ingest.Lmtp;
using MailStats.Ingest.Reports;
using MailStats.Ingest.Webhooks;
using MailStats.Stores.Deliveries;
using MailStats.TestSupport;

namespace MailStats.Ingest.Tests.Reports;

/// <summary>Mail that comes back, by post and over LMTP, over real sockets.</summary>
public sealed class MailboxTests
{
    private const string Token = "a long secret of ours";

    private static readonly string Bounce = File.ReadAllText(
        Repository.File("tests", "MailStats.Ingest.Tests", "Reports", "Corpus", "postfix", "bounce.eml"));

    [Fact]
    public async Task A_report_by_post_bounces_the_delivery_that_it_is_about_once_however_often_it_comes()
    {
        await using var app = await IngestApp.StartAsync();
        app.Journal.Reported.Deliveries.Add(Sent);
        var path = await app.AddSourceAsync("mail", Token);

        for (var time = 0; time < 3; time++)
        {
            using var answer = await PostAsync(app, path, Bounce);
            Assert.Equal(
                (HttpStatusCode.OK, 1), (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accepted").GetInt32()));
        }

        await app.Subscriber.WaitForAsync(3);
        var made = app.Subscriber.Events.DistinctBy(one => one.EventId).Single();
        Assert.Equal(
            ("shop/4BQx1k2Zz9", "ann@example.net", DeliveryEventKind.Bounced, 550, "5.1.1", false, MailReports.ProviderName + "/main"),
            (made.MessageKey, made.Recipient, made.Kind, made.ReplyCode, made.EnhancedCode, made.Attempted, made.Source));
    }

    [Fact]
    public async Task Credentials_are_asked_for_and_bombs_refused()
    {
        await using var app = await IngestApp.StartAsync();
        var path = await app.AddSourceAsync("mail", Token);
        var bomb = string.Concat(Enumerable.Repeat("From: a@b.example\nContent-Type: message/rfc822\n\n", 40)) + "From: a@b.example\n\nx\n";

        using var stranger = await PostAsync(app, path, Bounce, "another secret of somebody");
        using var refused = await PostAsync(app, path, bomb);
        using var large = await PostAsync(app, path, "From: a@b.example\n\n" + new string('x', ReportReader.MaxBytes));

        Assert.Equal(
            (HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge),
            (stranger.StatusCode, refused.StatusCode, large.StatusCode));
        Assert.Empty(app.Subscriber.Batches);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_mail_server_hands_reports_over_by_LMTP(bool overSocketFile)
    {
        using var folder = new TemporaryFolder();
        var socket = Path.Combine(folder.Path, "lmtp.sock");
        await using var app = await IngestApp.StartAsync(null, "--Ingest:LmtpListen", overSocketFile ? "unix:" + socket : "127.0.0.1:0");
        app.Journal.Reported.Deliveries.Add(Sent);
        var source = (await app.AddSourceAsync("mail", Token)).Split('/')[^1];
        using var client = await LmtpClient.OpenAsync(app.Lmtp!);

        Assert.StartsWith("250 SIZE", await client.SayAsync("LHLO out.shop.example"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync("MAIL FROM:<> SIZE=4000"), StringComparison.Ordinal);
        Assert.StartsWith("550 5.1.1", await client.SayAsync("RCPT TO:<nobody@shop.example>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync($"RCPT TO:<reports+{source}@shop.example>"), StringComparison.Ordinal);
        Assert.StartsWith("354", await client.SayAsync("DATA"), StringComparison.Ordinal);
        Assert.Equal("250 2.0.0 1 events taken", await client.SayAsync(Stuffed(Bounce) + "."));
        Assert.StartsWith("221", await client.SayAsync("QUIT"), StringComparison.Ordinal);

        await app.Subscriber.WaitForAsync(1);
        Assert.Equal("shop/4BQx1k2Zz9", app.Subscriber.Events.Single().MessageKey);
    }

    [Fact]
    public async Task What_LMTP_holds_has_bounds()
    {
        await using var app = await IngestApp.StartAsync(null, "--Ingest:LmtpListen", "127.0.0.1:0");
        var source = (await app.AddSourceAsync("mail", Token)).Split('/')[^1];
        using var client = await LmtpClient.OpenAsync(app.Lmtp!);
        await client.SayAsync("LHLO x");

        Assert.StartsWith("552 5.3.4", await client.SayAsync($"MAIL FROM:<> SIZE={LmtpSession.MaxBytes + 1}"), StringComparison.Ordinal);
        Assert.StartsWith("503", await client.SayAsync($"RCPT TO:<{source}@shop.example>"), StringComparison.Ordinal);
        await client.SayAsync("MAIL FROM:<>");

        for (var recipient = 0; recipient < LmtpSession.MaxRecipients; recipient++)
        {
            Assert.StartsWith("250", await client.SayAsync($"RCPT TO:<{source}@shop.example>"), StringComparison.Ordinal);
        }

        Assert.StartsWith("452 4.5.3", await client.SayAsync($"RCPT TO:<{source}@shop.example>"), StringComparison.Ordinal);
        await client.SayAsync("RSET");
        await client.SayAsync("MAIL FROM:<>");
        await client.SayAsync($"RCPT TO:<{source}@shop.example>");
        await client.SayAsync("DATA");
        Assert.StartsWith("552 5.3.4", await client.SayAsync(new string('x', LmtpSession.MaxBytes) + "\r\n."), StringComparison.Ordinal);
        Assert.StartsWith("221", await client.SayAsync("NOOP " + new string('x', LmtpSession.MaxLine)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rubbish_over_LMTP_harms_nobody()
    {
        await using var app = await IngestApp.StartAsync(null, "--Ingest:LmtpListen", "127.0.0.1:0");
        app.Journal.Reported.Deliveries.Add(Sent);
        var source = (await app.AddSourceAsync("mail", Token)).Split('/')[^1];
        string[] lines =
        [
            "", " ", "\0", "LHLO", "MAIL FROM:", "MAIL FROM:><", "MAIL FROM:<> SIZE=-1", "MAIL FROM:<> SIZE=99999999999999999999", "MAIL FROM:<>", "RCPT TO:<>",
            "RCPT TO:<@>", "RCPT TO:<a@b", $"RCPT TO:<{source}@x>", $"RCPT TO:<{source}{source}@x>", "DATA", ".", "..", ".\r", "RSET", "QUIT x", "\u00e9\u2028",
            "From: a\r\nContent-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n--\r\n.", "Content-Type: message/rfc822\r\n\r\n.", new string('<', 2_000),
        ];

        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            using var rude = await LmtpClient.OpenAsync(app.Lmtp!);

            try
            {
                for (var line = random.Next(1, 12); line > 0; line--)
                {
                    await rude.SendAsync(lines[random.Next(lines.Length)] + (random.Next(8) == 0 ? "" : "\r\n"));
                }
            }
            catch (IOException)
            {
                // Closed already.
            }
        }

        using var client = await LmtpClient.OpenAsync(app.Lmtp!);
        await client.SayAsync("LHLO x");
        await client.SayAsync("MAIL FROM:<>");
        await client.SayAsync($"RCPT TO:<{source}@shop.example>");
        await client.SayAsync("DATA");
        Assert.Equal("250 2.0.0 1 events taken", await client.SayAsync(Stuffed(Bounce) + "."));
    }

    [Fact]
    public async Task A_mail_whose_end_does_not_come_is_not_taken()
    {
        await using var app = await IngestApp.StartAsync(null, "--Ingest:LmtpListen", "127.0.0.1:0");
        var source = (await app.AddSourceAsync("mail", Token)).Split('/')[^1];

        using (var client = await LmtpClient.OpenAsync(app.Lmtp!))
        {
            await client.SayAsync("LHLO x");
            await client.SayAsync("MAIL FROM:<>");
            await client.SayAsync($"RCPT TO:<{source}@shop.example>");
            await client.SayAsync("DATA");
            await client.SendAsync(Stuffed(Bounce));
        }

        using var next = await LmtpClient.OpenAsync(app.Lmtp!);
        Assert.StartsWith("250", await next.SayAsync("NOOP"), StringComparison.Ordinal);
        Assert.Empty(app.Subscriber.Batches);
    }

    [Fact]
    public async Task A_mail_server_that_does_not_read_its_answers_does_not_hold_up_the_end()
    {
        var app = await IngestApp.StartAsync(null, "--Ingest:LmtpListen", "127.0.0.1:0");
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(app.Lmtp!);
        await using var stream = new NetworkStream(socket);
        var commands = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("LHLO x\r\n", 1_000)));
        using var full = new CancellationTokenSource();
        await SendUntilFullAsync(stream, commands, full);

        await app.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
    }

    /// <summary>Sends until the peer has taken nothing for a second.</summary>
    private static async Task SendUntilFullAsync(NetworkStream stream, byte[] commands, CancellationTokenSource full)
    {
        try
        {
            while (true)
            {
                full.CancelAfter(TimeSpan.FromSeconds(1));
                await stream.WriteAsync(commands, full.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // As it was meant.
        }
    }

    [Theory]
    [InlineData("0.0.0.0:2424"), InlineData("192.0.2.1:2424"), InlineData("127.0.0.1"), InlineData("unix:"), InlineData("localhost:2424")]
    public async Task Only_this_machine_is_listened_to(string setting)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => IngestApp.StartAsync(null, "--Ingest:LmtpListen", setting));

        Assert.Contains("Ingest:LmtpListen", error.ToString(), StringComparison.Ordinal);
    }

    private static ReportedDelivery Sent => new(
        "shop/4BQx1k2Zz9", "ann@example.net", "a1.20261120091400@shop.example", "4BQx1k2Zz9", "bounces@shop.example", "news@shop.example",
        new DateTimeOffset(2026, 11, 20, 9, 14, 1, TimeSpan.Zero));

    private static async Task<HttpResponseMessage> PostAsync(IngestApp app, string path, string mail, string token = Token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(mail)) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("message/rfc822");
        request.Headers.Authorization = new("Bearer", token);

        return await app.Client.SendAsync(request);
    }

    private static string Stuffed(string mail) =>
        string.Concat(mail.ReplaceLineEndings("\n").Split('\n').Select(line => (line.StartsWith('.') ? "." + line : line) + "\r\n"));

    private sealed class LmtpClient(Socket socket) : IDisposable
    {
        private readonly NetworkStream _stream = new(socket, ownsSocket: true);
        private StreamReader? _reader;

        public static async Task<LmtpClient> OpenAsync(EndPoint endpoint)
        {
            var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(endpoint);
            var client = new LmtpClient(socket);
            Assert.StartsWith("220", await client.AnswerAsync(), StringComparison.Ordinal);

            return client;
        }

        public async Task SendAsync(string text) => await _stream.WriteAsync(Encoding.UTF8.GetBytes(text));

        /// <summary>The last line of the answer.</summary>
        public async Task<string> SayAsync(string line)
        {
            await SendAsync(line + "\r\n");

            return await AnswerAsync();
        }

        public void Dispose() => _stream.Dispose();

        private async Task<string> AnswerAsync()
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            _reader ??= new StreamReader(_stream, Encoding.ASCII);

            while (await _reader.ReadLineAsync(deadline.Token) is { } line)
            {
                if (line.Length < 4 || line[3] != '-')
                {
                    return line;
                }
            }

            return "";
        }
    }
}
