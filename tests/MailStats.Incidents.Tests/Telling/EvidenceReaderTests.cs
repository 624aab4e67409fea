using MailStats.Contracts;
using MailStats.Incidents.Detection;
using MailStats.Incidents.Following;
using MailStats.Incidents.Telling;
using MailStats.Mail.Tests;
using MailStats.Stores;
using MailStats.Stores.Attempts;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Incidents;
using MailStats.Stores.Lists;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Found = MailStats.Incidents.Detection.Incident;

namespace MailStats.Incidents.Tests.Telling;

/// <summary>What an incident is told with.</summary>
public sealed class EvidenceReaderTests : IDisposable
{
    private static readonly DateTimeOffset Start = Some.Noon;

    private readonly TemporaryFolder _folder = new();
    private readonly IHost _store;

    public EvidenceReaderTests()
    {
        var builder = Host.CreateApplicationBuilder(["--Storage:Provider", "Sqlite", "--Storage:Path", _folder.Path]);
        builder.Logging.ClearProviders();
        builder.AddStores<SqliteStores, MongoStores>();
        _store = builder.Build();
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Replies_examples_and_advice_are_of_the_place_alone_and_the_advice_is_that_of_the_most_frequent_reply()
    {
        await ApplyAsync(3, "Gmail", "192.0.2.1", "550-5.7.26 This mail has been blocked because the sender is unauthenticated", "Gmail's advice");
        await ApplyAsync(1, "Gmail", "192.0.2.1", "550 5.7.1 Refused for once", "advice for one");
        await ApplyAsync(5, "GMX", "192.0.2.1", "554 5.7.1 Refused by GMX", "GMX's advice");
        await ApplyAsync(7, "Gmail", "192.0.2.9", "550 5.7.26 From another address", "advice for another address");

        var told = await ReadAsync(new("shop.example", "Gmail", "192.0.2.1"));

        Assert.Equal([3, 1], told.Replies.Select(reply => reply.Count));
        Assert.StartsWith("550-5.7.26 This mail", told.Replies[0].Text, StringComparison.Ordinal);
        Assert.EndsWith("Gmail's advice", told.Advice, StringComparison.Ordinal);
        Assert.Equal(4, told.Examples.Count);

        var wide = await ReadAsync(new("shop.example", null, null));

        Assert.Equal([7, 5, 3], wide.Replies.Select(reply => reply.Count));
        Assert.EndsWith("advice for another address", wide.Advice, StringComparison.Ordinal);
    }

    private Task<Contracts.Incident> ReadAsync(Place place)
    {
        var step = Steps.Of(Start);
        var found = new Found(place, FailureClass.Authentication, step, step + 1);
        var services = _store.Services;

        return new EvidenceReader(
                services.GetRequiredService<IAttemptStore>(), services.GetRequiredService<IDeliveryLog>(), services.GetRequiredService<IIncidentStore>())
            .ReadAsync("acme", "i1", found, null, default);
    }

    private Task<ApplyResult> ApplyAsync(int count, string provider, string outgoingIp, string reply, string advice) =>
        _store.Services.GetRequiredService<IDeliveryStore>().ApplyAsync(
            [
                .. Enumerable.Range(0, count).Select(number => Some.Event(
                    DeliveryEventKind.Bounced,
                    $"{provider}{outgoingIp}{reply.Length}-{number}",
                    $"r{number}@example.net",
                    Start.AddSeconds(number),
                    sender: "news@shop.example",
                    classification: Some.UserUnknown with { Reason = "auth_dmarc", Hard = false, Advice = advice },
                    tenant: "acme",
                    provider: provider,
                    with: reported => reported with { ReplyCode = 550, ReplyText = reply, OutgoingIp = outgoingIp })),
            ],
            default);
}
