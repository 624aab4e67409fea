namespace MailStats.Standalone;

/// <summary>The command line as settings.</summary>
internal static class StandaloneSettings
{
    private const string DefaultAddress = "http://localhost:8080";

    private static readonly string[] AddressVariables =
    [
        "ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS", "DOTNET_URLS", "URLS", "Kestrel__Endpoints__Http__Url",
    ];

    public static string[] Of(string? urls, string data)
    {
        var isSet = AddressVariables.Any(variable => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)));
        string[] storage = ["--Storage:Path", data];

        return (urls ?? (isSet ? null : DefaultAddress)) is { } addresses ? [.. storage, "--urls", addresses] : storage;
    }
}
