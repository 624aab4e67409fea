using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>What an operator set wrongly, out of the exception that stopped the start.</summary>
internal static class Mistakes
{
    public static IReadOnlyList<string> Of(Exception exception) => exception switch
    {
        OptionsValidationException wrong => [.. wrong.Failures.Select(Plain)],
        AggregateException several when several.InnerExceptions.All(inner => inner is OptionsValidationException) =>
            [.. several.InnerExceptions.SelectMany(Of)],
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } taken => [taken.Message],
        _ => [],
    };

    // The framework's prefix names our classes; the operator knows only settings.
    private static string Plain(string failure)
    {
        const string error = "with the error: '";
        var start = failure.IndexOf(error, StringComparison.Ordinal);

        return start < 0 ? failure : failure[(start + error.Length)..].TrimEnd('.', '\'');
    }
}
