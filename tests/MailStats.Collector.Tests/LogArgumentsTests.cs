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

    private static List<string> Errors(params string[] arguments) =>
        [.. ImportCommand.Create(TimeProvider.System).Parse(arguments).Errors.Select(error => error.Message)];
}
