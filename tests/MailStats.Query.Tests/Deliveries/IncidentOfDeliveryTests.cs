using MailStats.Contracts;
using MailStats.Stores.Incidents;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.Query.Tests.Deliveries;

/// <summary>Which incidents a delivery belongs to: it failed in their place, while they were open, with a reply of theirs.</summary>
public sealed class IncidentOfDeliveryTests
{
    [Theory]
    [InlineData("shop.example", "Gmail", null, 0, 60, "4.2.2", true)]
    [InlineData(null, null, null, 0, null, "4.2.2", true)]
    [InlineData("shop.example", "Gmail", "192.0.2.17", 0, 60, "4.2.2", true)]
    [InlineData("other.example", "Gmail", null, 0, 60, "4.2.2", false)]
    [InlineData("shop.example", "Yahoo", null, 0, 60, "4.2.2", false)]
    [InlineData("shop.example", "Gmail", "192.0.2.18", 0, 60, "4.2.2", false)]
    [InlineData("shop.example", "Gmail", null, 6, 60, "4.2.2", false)]
    [InlineData("shop.example", "Gmail", null, 0, 5, "4.2.2", false)]
    [InlineData("shop.example", "Gmail", null, 0, 60, "4.7.28", false)]
    public async Task A_delivery_names_its_incidents(
        string? domain, string? provider, string? outgoingIp, int started, int? closed, string enhancedCode, bool belongs)
    {
        await using var app = await QueryApp.StartAsync();
        var deferral = KeptMail.Deferral(5);
        await app.ApplyAsync(
            KeptMail.Event(DeliveryEventKind.Accepted),
            deferral with { Event = deferral.Event with { EnhancedCode = "4.2.2", OutgoingIp = "192.0.2.17" } },
            KeptMail.Event(DeliveryEventKind.Delivered, 30, reply: "250 2.0.0 OK"));
        var store = app.Services.GetRequiredService<IIncidentStore>();
        await store.LeaseAsync("shop", "test", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(500), default);
        await store.SaveAsync(
            "shop",
            "test",
            new([Incident(domain, provider, outgoingIp, started, closed, enhancedCode)], [], []),
            default);

        var incidents = (await app.GetAsync($"/v1/deliveries/{KeptMail.Id()}")).GetProperty("incidents");

        Assert.Equal(belongs ? ["0123456789abcdef01234567"] : [], incidents.EnumerateArray().Select(id => id.GetString()!));
    }

    private static StoredIncident Incident(
        string? domain, string? provider, string? outgoingIp, int started, int? closed, string enhancedCode) => new()
        {
            TenantId = "shop",
            Cause = "test",
            Incident = new()
            {
                Id = "0123456789abcdef01234567",
                Kind = IncidentKind.Recipients,
                Domain = domain,
                Provider = provider,
                OutgoingIp = outgoingIp,
                StartedAt = KeptMail.Noon.AddMinutes(started),
                OpenedAt = KeptMail.Noon.AddMinutes(started),
                ClosedAt = closed is { } minutes ? KeptMail.Noon.AddMinutes(minutes) : null,
                Failed = 40,
                Rate = 0.9,
                UsualRate = 0.01,
                Replies = [new() { Text = "452 4.2.2 Mailbox full", SmtpCode = 452, EnhancedCode = enhancedCode, Count = 40 }],
                Summary = "Mail fails.",
                Advice = "Read the replies.",
                Contrast = "Others get through.",
            },
        };
}
