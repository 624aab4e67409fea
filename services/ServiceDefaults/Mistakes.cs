using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>What an operator set wrongly, out of the exception that stopped the start.</summary>
internal static class Mistakes
{
    /// <summary>Parts of the framework with settings of their own, of which they tell what is wrong by exceptions of any kind.</summary>
    private static readonly (string Namespace, string Settings)[] Framework =
    [
        ("Microsoft.AspNetCore.Server.Kestrel", "Urls or Kestrel"),
        ("Microsoft.Extensions.Logging.LoggerFilterConfigureOptions", "Logging"),
    ];

    public static IReadOnlyList<string> Of(Exception exception) => exception switch
    {
        OptionsValidationException wrong => [.. wrong.Failures.Select(Plain)],
        AggregateException several when several.InnerExceptions.All(inner => inner is OptionsValidationException) =>
            [.. several.InnerExceptions.SelectMany(Of)],
        CannotListenException refused => [refused.Message],
        _ when SettingsOf(exception) is { } settings => [$"{settings}: {exception.Message.ReplaceLineEndings(" ")}"],
        _ => [],
    };

    private static string? SettingsOf(Exception exception) =>
        Framework.FirstOrDefault(part => exception.StackTrace?.Contains(part.Namespace, StringComparison.Ordinal) is true).Settings;

    // The framework's prefix names our classes; the operator knows only settings.
    private static string Plain(string failure)
    {
        const string error = "with the error: '";
        var start = failure.IndexOf(error, StringComparison.Ordinal);

        return start < 0 ? failure : failure[(start + error.Length)..].TrimEnd('.', '\'');
    }
}
