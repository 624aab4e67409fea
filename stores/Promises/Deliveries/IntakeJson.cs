using System.Text.Json.Serialization;
using MailStats.Contracts;

namespace MailStats.Stores.Deliveries;

/// <summary>How a batch is kept in the intake journal.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DeliveriesReported))]
public sealed partial class IntakeJson : JsonSerializerContext;
