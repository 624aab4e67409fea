using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MailStats.Api.Tests;

/// <summary>Erasing a person by a call.</summary>
public sealed class ErasureTests
{
    [Fact]
    public async Task An_erased_person_is_gone_the_totals_stay_and_the_audit_log_names_nobody()
    {
        await using var app = await ApiApp.StartAsync();
        using var admin = await app.ClientAsync("shop", "ingest", "read", "admin");
        await PostMailAsync(admin, "ann@example.net", "bob@example.net");
        var recipients = (await admin.GetFromJsonAsync<JsonNode>("/v1/overview"))!["recipients"]!["value"]!.GetValue<int>();
        var id = (await ActivitiesAsync(admin)).Single(item => item["recipient"]!.GetValue<string>() == "ann@example.net")["id"]!.GetValue<string>();

        var receipt = await AdministrationTests.SendAsync(
            admin, HttpMethod.Post, "/v1/admin/erasures", new { address = "Ann@Example.NET" }, HttpStatusCode.OK);
        var again = await AdministrationTests.SendAsync(
            admin, HttpMethod.Post, "/v1/admin/erasures", new { address = "ann@example.net" }, HttpStatusCode.OK);

        Assert.Equal(1, receipt!["deliveries"]!.GetValue<int>());
        Assert.Equal(0, again!["deliveries"]!.GetValue<int>());
        Assert.Equal(receipt["addressHash"]!.GetValue<string>(), again["addressHash"]!.GetValue<string>());
        Assert.Equal(2, recipients);
        Assert.Equal(recipients, (await admin.GetFromJsonAsync<JsonNode>("/v1/overview"))!["recipients"]!["value"]!.GetValue<int>());
        Assert.Equal("bob@example.net", Assert.Single(await ActivitiesAsync(admin))["recipient"]!.GetValue<string>());
        await AdministrationTests.SendAsync(admin, HttpMethod.Get, $"/v1/deliveries/{id}", null, HttpStatusCode.NotFound);
        var audit = await admin.GetStringAsync(new Uri("/v1/admin/audit", UriKind.Relative));
        Assert.Contains("erasePerson", audit, StringComparison.Ordinal);
        Assert.Contains(receipt["id"]!.GetValue<string>(), audit, StringComparison.Ordinal);
        Assert.DoesNotContain("ann@", audit, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_operator_erases_from_a_tenant_and_nobody_else_does()
    {
        await using var app = await ApiApp.StartAsync();
        using var shop = await app.ClientAsync("shop", "ingest", "read");
        using var other = await app.ClientAsync("other", "ingest", "read", "admin");
        using var op = await app.ClientAsync("default", "operator");
        await PostMailAsync(shop, "ann@example.net");
        await PostMailAsync(other, "bob@example.net");
        var body = new { address = "ann@example.net" };

        await AdministrationTests.SendAsync(shop, HttpMethod.Post, "/v1/admin/erasures", body, HttpStatusCode.Forbidden);
        await AdministrationTests.SendAsync(other, HttpMethod.Post, "/v1/admin/tenants/shop/erasures", body, HttpStatusCode.Forbidden);
        var elsewhere = await AdministrationTests.SendAsync(other, HttpMethod.Post, "/v1/admin/erasures", body, HttpStatusCode.OK);
        Assert.Equal(0, elsewhere!["deliveries"]!.GetValue<int>());
        Assert.Single(await ActivitiesAsync(shop));
        await AdministrationTests.SendAsync(op, HttpMethod.Post, "/v1/admin/tenants/none/erasures", body, HttpStatusCode.NotFound);
        await AdministrationTests.SendAsync(op, HttpMethod.Post, "/v1/admin/tenants/shop/erasures", body, HttpStatusCode.OK);
        Assert.Empty(await ActivitiesAsync(shop));
    }

    [Fact]
    public async Task What_a_log_had_in_the_place_of_an_address_can_be_erased_and_nothing_cannot()
    {
        await using var app = await ApiApp.StartAsync();
        using var admin = await app.ClientAsync("shop", "admin");

        await AdministrationTests.SendAsync(admin, HttpMethod.Post, "/v1/admin/erasures", new { address = "user@gmail..com" }, HttpStatusCode.OK);

        foreach (var address in new[] { null, "", "  ", new string('a', 250) + "@b.example" })
        {
            var problem = await AdministrationTests.SendAsync(admin, HttpMethod.Post, "/v1/admin/erasures", new { address }, HttpStatusCode.BadRequest);
            Assert.NotNull(problem!["errors"]!["address"]);
        }
    }

    private static async Task PostMailAsync(HttpClient client, params string[] recipients)
    {
        await AdministrationTests.SendAsync(
            client,
            HttpMethod.Post,
            "/v1/events",
            recipients.Select(recipient => new
            {
                @event = "delivered", occurredAt = TimeProvider.System.GetUtcNow(), messageKey = $"to {recipient}", sender = "news@shop.example", recipient,
            }).ToArray(),
            HttpStatusCode.Accepted);
        await Eventually.HoldsAsync(async () => (await ActivitiesAsync(client)).Count == recipients.Length, "activities");
    }

    private static async Task<IReadOnlyList<JsonNode>> ActivitiesAsync(HttpClient client) =>
        [.. (await client.GetFromJsonAsync<JsonNode>("/v1/activities"))!["items"]!.AsArray().Select(item => item!)];
}
