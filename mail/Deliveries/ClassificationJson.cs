using System.Text.Json.Serialization;
using MailStats.Contracts;

namespace MailStats.Mail.Deliveries;

/// <summary>How a classification is kept beside the deliveries that it explains.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Classification))]
public sealed partial class ClassificationJson : JsonSerializerContext;
