using System.Text.Json;
using MailStats.Ingest.Reports;
using MailStats.TestSupport;

namespace MailStats.Ingest.Tests.Reports;

/// <summary>Reports in the shapes of many servers and feedback loops, each with the truth beside it.</summary>
public sealed class ReportCorpusTests
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static TheoryData<string> Reports =>
    [
        .. Directory.EnumerateFiles(Folder, "*.eml", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Folder, file)).Order(StringComparer.Ordinal),
    ];

    private static string Folder => Repository.File("tests", "MailStats.Ingest.Tests", "Reports", "Corpus");

    [Theory]
    [MemberData(nameof(Reports))]
    public void What_a_report_says_is_read(string name)
    {
        var truth = JsonSerializer.Deserialize<Truth>(File.ReadAllText(Path.Combine(Folder, Path.ChangeExtension(name, ".json"))), Json)!;
        var bytes = File.ReadAllBytes(Path.Combine(Folder, name));

        var reading = ReportReader.Read(bytes);

        Assert.Null(reading.Refusal);
        Assert.Equal(truth.Kind, reading.Kind.ToString().ToLowerInvariant());
        Assert.Equal(
            truth.Fates,
            reading.Fates.Select(fate => new Fate(
                fate.Event, fate.Recipients.Count > 0 ? fate.Recipients[0] : null, fate.EnhancedCode, fate.Reply, fate.Original.MessageId)));
        Assert.All(reading.Fates, fate => Assert.Equal(new DateOnly(2026, 11, 20), DateOnly.FromDateTime(fate.OccurredAt!.Value.UtcDateTime)));
        Assert.Equal(JsonSerializer.Serialize(reading), JsonSerializer.Serialize(ReportReader.Read(bytes)));
    }

    [Fact]
    public void The_corpora_are_of_ten_systems_at_least() => Assert.True(Directory.GetDirectories(Folder).Length >= 10);

    [Fact]
    public void Lines_may_end_in_either_way()
    {
        foreach (var name in Directory.EnumerateFiles(Folder, "*.eml", SearchOption.AllDirectories))
        {
            var lines = File.ReadAllText(name).ReplaceLineEndings("\n");
            var (unix, wire) = (Read(lines), Read(lines.ReplaceLineEndings("\r\n")));

            Assert.Equal(JsonSerializer.Serialize(unix.Fates), JsonSerializer.Serialize(wire.Fates));
        }

        static ReportReading Read(string text) => ReportReader.Read(System.Text.Encoding.UTF8.GetBytes(text));
    }

    private sealed record Truth(string Kind, IReadOnlyList<Fate> Fates);

    private sealed record Fate(string Event, string? Recipient, string? EnhancedCode, string? Reply, string? MessageId);
}
