using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.ServiceDefaults;

/// <summary>
/// What is wrong with a request, by field: collected to the end, so that one answer names all of it. An error goes on where
/// the field's name ends and has no full stop: "must be 1 to 31", "is required", "is longer than 200 characters".
/// </summary>
public sealed class FieldProblems
{
    private readonly Dictionary<string, List<string>> _errors = new(StringComparer.Ordinal);

    public bool Any => _errors.Count > 0;

    public void Add(string field, string error)
    {
        if (!_errors.TryGetValue(field, out var errors))
        {
            _errors[field] = errors = [];
        }

        errors.Add(error);
    }

    /// <summary>Adds the error and answers null, for use in an expression.</summary>
    public T? Refuse<T>(string field, string error)
        where T : class
    {
        Add(field, error);

        return null;
    }

    /// <summary>The 400 that names all of it.</summary>
    public ValidationProblem Refusal() => TypedResults.ValidationProblem(ToDictionary());

    public Dictionary<string, string[]> ToDictionary() =>
        _errors.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray(), StringComparer.Ordinal);
}
