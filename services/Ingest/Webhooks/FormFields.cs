using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace MailStats.Ingest.Webhooks;

/// <summary>Bodies that are forms (<c>application/x-www-form-urlencoded</c>) with JSON in a field.</summary>
internal static class FormFields
{
    /// <summary>Fields of a form: providers send one or two.</summary>
    private const int MaxFields = 16;

    /// <summary>The fields; null when the body is no form, or has too many.</summary>
    public static IReadOnlyDictionary<string, StringValues>? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            // The bound of a value is that of the body, which has been kept already.
            using var reader = new FormReader(Encoding.UTF8.GetString(body)) { ValueCountLimit = MaxFields, ValueLengthLimit = int.MaxValue };

            return reader.ReadForm();
        }
        catch (InvalidDataException)
        {
            // Too many fields or too long a name: nobody's form.
            return null;
        }
    }

    /// <summary>The JSON in a field.</summary>
    /// <exception cref="JsonException">There is no such field.</exception>
    public static ReadOnlyMemory<byte> Json(ReadOnlySpan<byte> body, string field) =>
        Read(body)?.GetValueOrDefault(field) is [{ Length: > 0 } value]
            ? Encoding.UTF8.GetBytes(value)
            : throw new JsonException($"The form has no field {field}.");
}
