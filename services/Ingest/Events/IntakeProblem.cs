using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace MailStats.Ingest.Events;

/// <summary>Why nothing of a request could be taken. `errors` names every wrong field of the first hundred.</summary>
public sealed class IntakeProblem : HttpValidationProblemDetails
{
    /// <summary>The first 100 wrong fields, with the place of their item.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RejectedField>? Rejected { get; init; }

    /// <summary>Wrong fields beyond those.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MoreRejected { get; init; }
}
