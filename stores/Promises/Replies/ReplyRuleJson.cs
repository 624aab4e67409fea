using System.Text.Json.Serialization;

namespace MailStats.Stores.Replies;

/// <summary>How a rule of a tenant's own is kept.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ReplyRule))]
public sealed partial class ReplyRuleJson : JsonSerializerContext;
