using System.CommandLine;
using MailStats.Collector.Sending;

namespace MailStats.Collector;

/// <summary>Options that say where events go.</summary>
internal sealed class ServerArguments
{
    private readonly Option<Uri> _url = new("--url")
    {
        Description = "The server, for example http://localhost:8080",
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            {
                return url;
            }

            result.AddError($"--url: '{result.Tokens[0].Value}' is not an http or https address");

            return null;
        },
    };

    private readonly Option<string?> _key = new("--key") { Description = "API key with the scope ingest (else the environment variable MAILSTATS_KEY)" };

    private readonly Option<FileInfo?> _keyFile = new("--key-file") { Description = "File that holds the API key" };

    /// <param name="command">Gets the options.</param>
    /// <param name="withoutServer">An option with which the command asks no server; null for none.</param>
    public void AddTo(Command command, Option<bool>? withoutServer = null)
    {
        command.Options.Add(_url);
        command.Options.Add(_key);
        command.Options.Add(_keyFile);
        command.Validators.Add(result =>
        {
            if (withoutServer is not null && result.GetValue(withoutServer))
            {
                return;
            }

            if (result.GetResult(_url) is null)
            {
                result.AddError("Option '--url' is required.");
            }

            var file = result.Given(_keyFile);
            if (file is not null && !File.Exists(file))
            {
                result.AddError($"--key-file: {file} does not exist");
            }
            else if (file is null && string.IsNullOrEmpty(result.Given(_key)) && string.IsNullOrEmpty(FromEnvironment()))
            {
                result.AddError("an API key is required: give --key, --key-file or the environment variable MAILSTATS_KEY");
            }
        });
    }

    public SendOptions Read(ParseResult parsed) => new()
    {
        Url = parsed.GetRequiredValue(_url),
        Key = parsed.GetValue(_key) is { Length: > 0 } key ? key
            : parsed.GetValue(_keyFile) is { } file ? File.ReadAllText(file.FullName).Trim()
            : FromEnvironment()!,
    };

    private static string? FromEnvironment() => Environment.GetEnvironmentVariable("MAILSTATS_KEY");
}
