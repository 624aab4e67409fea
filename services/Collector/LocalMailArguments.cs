using System.CommandLine;
using System.CommandLine.Parsing;
using MailStats.Collector.Formats;
using MailStats.Collector.Joining;

namespace MailStats.Collector;

/// <summary>Options that say which mail stays within the own servers.</summary>
internal sealed class LocalMailArguments
{
    private readonly Option<string[]> _domains = Names(
        "--local-domains",
        "Own domains, whose mail is delivered here and never counted: a list with commas, or a file with one a line, or what "
        + "'postconf -x mydestination relay_domains virtual_mailbox_domains' prints; .example.org means all below example.org");

    private readonly Option<string[]> _relays = Names(
        "--local-relays", "Own servers that take mail in, by name or address as the log has them: a list with commas, or a file");

    private readonly Option<string[]> _outgoing = Names(
        "--outgoing-relays", "Servers that are spoken to by LMTP and send mail on: a list with commas, or a file; other LMTP is delivery into a mailbox");

    public void AddTo(Command command)
    {
        command.Options.Add(_domains);
        command.Options.Add(_relays);
        command.Options.Add(_outgoing);
    }

    public LocalMail Read(ParseResult parsed) => new(
        parsed.GetValue(_domains) ?? [], parsed.GetValue(_relays) ?? [], parsed.GetValue(_outgoing) ?? []);

    private static Option<string[]> Names(string name, string description) => new(name)
    {
        Description = description,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result => Parse(name, result),
    };

    private static string[]? Parse(string name, ArgumentResult result)
    {
        var names = new List<string>();
        foreach (var token in result.Tokens)
        {
            var error = OwnNames.Read(token.Value, names);
            if (error is not null)
            {
                result.AddError($"{name}: {error}");
                return null;
            }
        }

        return [.. names];
    }
}
