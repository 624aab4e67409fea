using System.CommandLine;
using System.Globalization;
using MailStats.Collector.Formats;
using MailStats.Collector.State;

namespace MailStats.Collector;

/// <summary>Options that say how logs are read.</summary>
internal sealed class LogArguments
{
    private readonly Option<string?> _format = new("--format") { Description = "Format of the log; guessed from its first lines when not given" };

    private readonly Option<LogMapping?> _map = new("--map")
    {
        Description = "File that says how any other log is read, one event a line: implies --format mapping",
        CustomParser = result =>
        {
            var mapping = MappingFile.Load(result.Tokens[0].Value, out var problems);
            foreach (var problem in problems)
            {
                result.AddError(problem);
            }

            return mapping;
        },
    };

    private readonly Option<int?> _year = new("--year")
    {
        Description = "Year of the oldest line, for logs whose times have no year; else the latest year that is not in the future",
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 1980 and <= 9998)
            {
                return year;
            }

            result.AddError($"--year: '{result.Tokens[0].Value}' is no year from 1980 to 9998");

            return null;
        },
    };

    private readonly Option<TimeZoneInfo> _timeZone = new("--time-zone")
    {
        Description = "Time zone of times that name none, for example Europe/Berlin; else this machine's",
        DefaultValueFactory = _ => TimeZoneInfo.Local,
        CustomParser = result =>
        {
            if (TimeZoneInfo.TryFindSystemTimeZoneById(result.Tokens[0].Value, out var zone))
            {
                return zone;
            }

            result.AddError($"--time-zone: '{result.Tokens[0].Value}' is not an IANA time zone, such as Europe/Berlin");

            return null;
        },
    };

    private readonly Option<string> _state = new("--state")
    {
        Description = "Folder that keeps what must survive a restart",
        DefaultValueFactory = _ => StateFolder.Default(),
    };

    public LogArguments()
    {
        _format.AcceptOnly([.. LogFormats.Names, LogFormats.Mapped]);
    }

    public void AddTo(Command command)
    {
        command.Options.Add(_format);
        command.Options.Add(_map);
        command.Validators.Add(result =>
        {
            var format = result.Given(_format);
            var hasMap = result.GetResult(_map) is not null;
            if (format == LogFormats.Mapped && !hasMap)
            {
                result.AddError("--format mapping: the file that describes the log is required: --map FILE");
            }
            else if (format is not (null or LogFormats.Mapped) && hasMap)
            {
                result.AddError($"--map: describes a log of its own format, not {format}: leave --format away");
            }
        });
        command.Options.Add(_year);
        command.Options.Add(_timeZone);
        command.Options.Add(_state);
    }

    public string? FormatOf(ParseResult parsed) => MappingOf(parsed) is null ? parsed.GetValue(_format) : LogFormats.Mapped;

    public LogMapping? MappingOf(ParseResult parsed) => parsed.GetValue(_map);

    public int? YearOf(ParseResult parsed) => parsed.GetValue(_year);

    public TimeZoneInfo TimeZoneOf(ParseResult parsed) => parsed.GetRequiredValue(_timeZone);

    public string StateFolderOf(ParseResult parsed) => parsed.GetRequiredValue(_state);
}
