using MailStats.Collector.Formats;

namespace MailStats.Collector.Tests;

/// <summary>
/// Small logs of the set-ups that people have, with the truth beside them: the format, then a line for each recipient with
/// address, status, local or outgoing, and reply code. A file put into <c>samples/forms</c> is read by this test.
/// </summary>
public sealed class FormsTests
{
    public static TheoryData<string> Names { get; } =
        [.. Directory.GetFiles(Samples.PathOf("forms"), "*.log").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    private static string Code(Delivery delivery) =>
        delivery.Last.ReplyCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-";

    [Theory]
    [MemberData(nameof(Names))]
    public void The_log_tells_what_the_truth_says(string name)
    {
        var truth = File.ReadAllLines(Samples.PathOf($"forms/{name}.truth"));
        var lines = Samples.Lines($"forms/{name}.log");
        Assert.Equal(truth[0], LogFormats.Guess(lines, Samples.Now));

        var reader = Samples.Reader(truth[0]);
        Assert.All(lines, line => Assert.True(reader.Read(line) is not (LineOutcome.Broken or LineOutcome.NotThisFormat)));

        // Mail that a filter handed back was local under its first queue id: of a recipient the delivery that was tried counts.
        var told = Ledger.Of(reader.Messages.Events())
            .Where(delivery => delivery.Last.SourceVerdict != "handed on")
            .Select(delivery => $"{delivery.Recipient} {delivery.Status} {(delivery.Local ? "local" : "outgoing")} {Code(delivery)}");

        Assert.Equal(truth[1..].Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }
}
