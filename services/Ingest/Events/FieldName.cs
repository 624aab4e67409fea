using System.Globalization;

namespace MailStats.Ingest.Events;

internal static class FieldName
{
    /// <summary>How a field is called in an answer: by its name, or as <c>deferrals[2].reply</c>.</summary>
    public static string Of(string field, int? deferral) => deferral is { } place
        ? string.Create(CultureInfo.InvariantCulture, $"deferrals[{place}]{(field.Length == 0 ? "" : ".")}{field}")
        : field;
}
