using MailStats.Collector.Follow;
using MailStats.Collector.Import;

namespace MailStats.Collector.Tests;

public sealed class LogArgumentsTests : IDisposable
{
    private readonly string _map = Path.GetTempFileName();

    public void Dispose() => File.Delete(_map);

    [Fact]
    public void A_mapping_s_mistakes_are_told_before_anything_is_read()
    {
        File.WriteAllText(_map, "fields:\n  evnt: a\nevents:\n  delivered: d\n");
        var errors = Errors("--try", "--map", _map, "log");

        Assert.Contains(errors, error => error.StartsWith($"{_map}:2: fields.evnt: is no field of an event", StringComparison.Ordinal));
        Assert.Contains(errors, error => error == $"{_map}:1: fields.recipient: is required");
    }

    [Fact]
    public void A_mapping_needs_its_file_and_stands_for_the_format()
    {
        File.WriteAllText(_map, "fields: { occurredAt: t, event: e, recipient: r, sender: s, queueId: q }\nevents: { delivered: d }\n");

        Assert.Equal(["--format mapping: the file that describes the log is required: --map FILE"], Errors("--try", "--format", "mapping", "log"));
        Assert.Equal(
            ["--map: describes a log of its own format, not postfix: leave --format away"],
            Errors("--try", "--format", "postfix", "--map", _map, "log"));
        Assert.Empty(Errors("--try", "--map", _map, "log"));
        Assert.Empty(Errors("--try", "--format", "mapping", "--map", _map, "log"));
        Assert.StartsWith($"{_map}.gone: cannot be read: ", Assert.Single(Errors("--try", "--map", _map + ".gone", "log")), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_try_a_server_is_required()
    {
        Assert.Empty(Errors("--try", "log"));
        Assert.Equal(["Option '--url' is required."], Errors("--key", "key", "log"));
    }

    [Theory]
    [InlineData("--tyr: is no option: did you mean --try? (for a file of that name write ./--tyr)", "--tyr")]
    [InlineData("--time-zome: is no option: did you mean --time-zone? (for a file of that name write ./--time-zome=UTC)", "--time-zome=UTC")]
    [InlineData("--quiet: is no option (for a file of that name write ./--quiet)", "--quiet")]
    [InlineData("--incomplete: 'snd' is none of keep, send: did you mean send?", "--try", "--incomplete", "snd")]
    [InlineData("--year: 'twenty' is no year from 1980 to 9998", "--try", "--year", "twenty")]
    [InlineData("--year: '20026' is no year from 1980 to 9998", "--try", "--year", "20026")]
    [InlineData("--key-file: /gone does not exist", "--key-file", "/gone")]
    [InlineData("Option '--key' expects a single argument but 2 were provided.", "--url", "http://x", "--key", "a", "--key", "b")]
    [InlineData("Required argument missing for option: '--key-file'.", "--try", "--key-file")]
    [InlineData("Required argument missing for option: '--format'.", "--try", "--format")]
    public void What_is_wrong_is_told_with_what_was_probably_meant(string error, params string[] arguments) =>
        Assert.Contains(error, Errors(["log", .. arguments]));

    [Theory]
    [InlineData("posfix", "postfix")]
    [InlineData("Postfix", "postfix")]
    [InlineData("opensmptd", "opensmtpd")]
    [InlineData("maping", "mapping")]
    public void A_misspelt_format_is_told_with_the_nearest_one(string wrong, string right)
    {
        var error = Assert.Single(Errors("--try", "--format", wrong, "log"));

        Assert.StartsWith($"--format: '{wrong}' is none of ", error, StringComparison.Ordinal);
        Assert.EndsWith($": did you mean {right}?", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_command_s_option_is_no_log_to_follow() => Assert.Contains(
        "--incomplete: is no option (for a file of that name write ./--incomplete)",
        FollowCommand.Create(TimeProvider.System).Parse(["log", "--incomplete", "send"]).Errors.Select(error => error.Message));

    private static List<string> Errors(params string[] arguments) =>
        [.. ImportCommand.Create(TimeProvider.System).Parse(arguments).Errors.Select(error => error.Message)];
}
