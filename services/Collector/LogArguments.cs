using System.CommandLine;
using MailStats.Collector.Formats;
using MailStats.Collector.State;

namespace MailStats.Collector;

/// <summary>Options that say how logs are read.</summary>
internal sealed class LogArguments
{
    private readonly Option<string?> _format = new("--format") { Description = "Format of the log; guessed from its first lines when not given" };

    private readonly Option<int?> _year = new("--year")
    {
        Description = "Year of the oldest line, for logs whose times have no year; else the latest year that is not in the future",
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
        _format.AcceptOnlyFromAmong([.. LogFormats.Names]);
        _year.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1980 or > 9998)
            {
                result.AddError("--year: must be from 1980 to 9998");
            }
        });
    }

    public void AddTo(Command command)
    {
        command.Options.Add(_format);
        command.Options.Add(_year);
        command.Options.Add(_timeZone);
        command.Options.Add(_state);
    }

    public string? FormatOf(ParseResult parsed) => parsed.GetValue(_format);

    public int? YearOf(ParseResult parsed) => parsed.GetValue(_year);

    public TimeZoneInfo TimeZoneOf(ParseResult parsed) => parsed.GetRequiredValue(_timeZone);

    public string StateFolderOf(ParseResult parsed) => parsed.GetRequiredValue(_state);
}
