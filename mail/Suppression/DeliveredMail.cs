using System.Text.Json.Serialization;

namespace MailStats.Mail.Suppression;

/// <summary>That mail to an address was delivered.</summary>
/// <param name="At">When, microseconds of Unix time; of one delivery the latest that was told of.</param>
/// <param name="Tag">Tells the deliveries of one address apart: two of sixteen are alike with a chance of 1 in 500, and count as one then.</param>
public readonly record struct DeliveredMail([property: JsonPropertyName("a")] long At, [property: JsonPropertyName("d")] ushort Tag);
