using System.Text.Json.Serialization;
using MailStats.Contracts;

namespace MailStats.Stores.Incidents;

/// <summary>How incidents are stored and published.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Incident))]
[JsonSerializable(typeof(IncidentOpened))]
[JsonSerializable(typeof(IncidentChanged))]
[JsonSerializable(typeof(IncidentClosed))]
public sealed partial class IncidentJson : JsonSerializerContext;
