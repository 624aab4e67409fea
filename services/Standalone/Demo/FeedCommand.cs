using System.CommandLine;

namespace MailStats.Standalone.Demo;

/// <summary><c>feed-demo</c>: the demo's traffic for a MailStats that runs elsewhere, such as the services of docker-compose.yml.</summary>
internal static class FeedCommand
{
    public static Command Create()
    {
        var url = new Option<Uri>("--url")
        {
            Description = "The gateway's address, for example http://localhost:8080",
            Required = true,
            CustomParser = result =>
            {
                if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
                {
                    return address;
                }

                result.AddError($"--url: '{result.Tokens[0].Value}' is not an http or https address");

                return null;
            },
        };
        var key = new Option<string>("--key")
        {
            Description = "An API key with the scope 'ingest', MAILSTATS_KEY where it is not given. The traffic is counted under the key's tenant.",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("MAILSTATS_KEY") ?? "",
        };
        key.Validators.Add(result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValue(key)))
            {
                result.AddError("Give an API key with --key or MAILSTATS_KEY.");
            }
        });

        var command = new Command("feed-demo", "Send a month of plausible traffic and then a live trickle to another MailStats, until stopped.") { url, key };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var logging = LoggerFactory.Create(builder => builder.AddSimpleConsole(console => console.SingleLine = true));
            var feed = new DemoFeed(new DemoTraffic(TimeProvider.System), TimeProvider.System, logging.CreateLogger<DemoFeed>());

            try
            {
                await feed.RunAsync(parsed.GetRequiredValue(url), parsed.GetRequiredValue(key), _ => Task.CompletedTask, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Being stopped is how it ends.
            }

            return 0;
        });

        return command;
    }
}
