using System.Text;
using MailStats.Ingest.Reports;

namespace MailStats.Ingest.Tests.Reports;

/// <summary>Mail that is made to cost memory or time.</summary>
public sealed class ReportBoundTests
{
    [Theory]
    [InlineData(ReportReader.MaxDepth, null), InlineData(ReportReader.MaxDepth + 1, "parts within each other"), InlineData(500, "parts within each other")]
    public void Parts_within_parts_have_a_bound(int depth, string? refusal)
    {
        var text = new StringBuilder("From: a@b.example\n");

        for (var level = 0; level < depth; level++)
        {
            text.Append(null, $"Content-Type: multipart/mixed; boundary=\"b{level}\"\n\n--b{level}\n");
        }

        text.Append("Content-Type: text/plain\n\nx\n");
        Check(text.ToString(), refusal);
    }

    [Theory]
    [InlineData(ReportReader.MaxDepth / 2 - 1, null), InlineData(ReportReader.MaxDepth + 1, "parts within each other")]
    public void Mail_within_mail_has_a_bound(int depth, string? refusal) =>
        Check(string.Concat(Enumerable.Repeat("From: a@b.example\nContent-Type: message/rfc822\n\n", depth)) + "From: a@b.example\n\nx\n", refusal);

    [Theory]
    [InlineData(ReportReader.MaxParts - 1, null), InlineData(ReportReader.MaxParts, "more than 200 parts")]
    public void Parts_have_a_bound(int parts, string? refusal) => Check(
        "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n"
        + string.Concat(Enumerable.Repeat("--b\nContent-Type: text/plain\n\nx\n", parts)) + "--b--\n",
        refusal);

    [Fact]
    public void Bytes_have_a_bound()
    {
        Check(new string('x', ReportReader.MaxBytes + 1), "bytes");
        Assert.Null(ReportReader.Read(Encoding.ASCII.GetBytes("From: a@b.example\n\n" + new string('x', ReportReader.MaxBytes - 64))).Refusal);
    }

    [Fact]
    public void Recipients_have_a_bound()
    {
        var groups = string.Concat(Enumerable.Range(0, ReportReader.MaxRecipients + 1).Select(number =>
            $"\nFinal-Recipient: rfc822; a{number}@example.net\nAction: failed\nStatus: 5.1.1\n"));
        var report = ReportReader.Read(Encoding.ASCII.GetBytes(
            $"From: postmaster@b.example\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n{groups}\n"));

        Assert.Equal(ReportReader.MaxRecipients, report.Fates.Count);
    }

    [Theory]
    [InlineData(""), InlineData("\n\n\n"), InlineData("no mail at all"), InlineData("\0\0\0\u0001"), InlineData("Content-Type: message/delivery-status\n\n")]
    [InlineData("Content-Type: multipart/report; boundary=\n\n--\n"), InlineData("Content-Type: message/feedback-report\n\n\n")]
    public void What_is_no_report_tells_nothing(string text) => Assert.Empty(ReportReader.Read(Encoding.UTF8.GetBytes(text)).Fates);

    [Theory]
    [InlineData(" "), InlineData("fail "), InlineData("a@"), InlineData("550 "), InlineData("Recipient: <"), InlineData(">>> "), InlineData("x: 4.4.4 ")]
    [InlineData("<a@b.example>\n"), InlineData("\n\n"), InlineData("Final-Recipient: \n\n"), InlineData("[Status: Address: <a@b.example>, ")]
    public void A_servers_own_words_are_read_whatever_they_repeat(string words)
    {
        var text = "From: MAILER-DAEMON <>\nSubject: failed\n\n" + string.Concat(Enumerable.Repeat(words, 80_000 / words.Length));

        Assert.Null(ReportReader.Read(Encoding.UTF8.GetBytes(text)).Refusal);
    }

    [Fact]
    public void No_bytes_whatever_break_the_reader()
    {
        var random = new Random(20261129);
        var folder = TestSupport.Repository.File("tests", "MailStats.Ingest.Tests", "Reports", "Corpus");
        var samples = Directory.EnumerateFiles(folder, "*.eml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToList();

        for (var round = 0; round < 3_000; round++)
        {
            byte[] mutated = [.. samples[round % samples.Count]];

            for (var change = random.Next(12); change >= 0; change--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            ReportReader.Read(mutated.AsMemory(0, mutated.Length - random.Next(mutated.Length / 2)));
        }
    }

    private static void Check(string text, string? refusal)
    {
        var read = ReportReader.Read(Encoding.ASCII.GetBytes(text)).Refusal;

        if (refusal is null)
        {
            Assert.Null(read);
        }
        else
        {
            Assert.Contains(refusal, read, StringComparison.Ordinal);
        }
    }
}
