using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MailStats.Contracts;
using YamlDotNet.RepresentationModel;

namespace MailStats.Pipeline.Tests.Subscribers;

/// <summary>The description and the contracts say the same.</summary>
public sealed class AsyncApiTests
{
    private static readonly Type[] Messages =
    [
        typeof(DeliveriesReported), typeof(DeliveriesClassified), typeof(QuotaThresholdReached), typeof(QuotaRestored), typeof(StatisticsChanged),
        typeof(WebhookSourceFailed), typeof(IncidentOpened), typeof(IncidentChanged), typeof(IncidentClosed),
        typeof(RecipientSuppressed), typeof(RecipientReleased), typeof(MailboxStopped), typeof(MailboxReleased),
    ];

    /// <summary>The messages and what they are made of.</summary>
    public static TheoryData<Type> Records =>
        [.. Messages, typeof(DeliveryEvent), typeof(ClassifiedDelivery), typeof(Classification), typeof(Incident), typeof(IncidentReply)];

    [Theory]
    [MemberData(nameof(Records))]
    public void Every_field_of_the_contracts_is_described_and_no_other(Type record)
    {
        var schema = (YamlMappingNode)AsyncApi.Read().Schemas.Children[record.Name];
        var described = ((YamlMappingNode)schema.Children["properties"]).Children.Keys
            .Select(key => ((YamlScalarNode)key).Value!).Order(StringComparer.Ordinal);
        var required = (schema.Children.TryGetValue("required", out var names) ? (YamlSequenceNode)names : [])
            .Select(name => ((YamlScalarNode)name).Value!).Order(StringComparer.Ordinal);
        var properties = record.GetProperties(BindingFlags.Public | BindingFlags.Instance);

        Assert.Equal(properties.Select(property => Camel(property.Name)).Order(StringComparer.Ordinal), described);
        Assert.Equal(
            properties.Where(property => property.GetCustomAttribute<RequiredMemberAttribute>() is not null)
                .Select(property => Camel(property.Name)).Order(StringComparer.Ordinal),
            required);

        static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
    }

    [Fact]
    public void Every_message_has_its_exchange() =>
        Assert.Equal(
            [
                "mailstats.deliveries-classified", "mailstats.deliveries-reported", "mailstats.events", "mailstats.incident-changed",
                "mailstats.incident-closed", "mailstats.incident-opened", "mailstats.mailbox-released", "mailstats.mailbox-stopped", "mailstats.quota-restored",
                "mailstats.quota-threshold-reached", "mailstats.recipient-released", "mailstats.recipient-suppressed",
                "mailstats.statistics-changed", "mailstats.webhook-source-failed",
            ],
            AsyncApi.Read().Exchanges.Order(StringComparer.Ordinal));
}
