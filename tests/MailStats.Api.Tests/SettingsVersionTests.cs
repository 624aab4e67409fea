using System.Net;
using System.Net.Http.Headers;

namespace MailStats.Api.Tests;

/// <summary>Two people who have the same settings open do not undo each other's change without knowing.</summary>
public sealed class SettingsVersionTests
{
    private static readonly string[] _calls =
    [
        "setLetters", "putBrakeSettings", "putSuppressionSettings", "putCollectionSettings", "saveTenant", "saveTenantById", "saveQuotaSettings",
        "saveQuotaSettingsOfTenant", "changeNotificationTarget", "saveUser", "saveQuota", "saveQuotaOfTenant",
    ];

    public static TheoryData<string> Calls => [.. _calls];

    [Fact]
    public async Task All_of_them_are_known_here()
    {
        await using var app = await ApiApp.StartAsync();
        var documented = (await DocumentedOperation.ReadAsync(app)).Where(operation => operation.Documents(412)).Select(operation => operation.Id);

        Assert.Equal(_calls.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_change_of_what_stands_no_more_is_refused(string id)
    {
        await using var app = await ApiApp.StartAsync();
        using var tenant = await FilledTenant.MakeAsync(app);
        var operations = await DocumentedOperation.ReadAsync(app);
        var change = operations.Single(operation => operation.Id == id);

        // One of a list has an address of its own.
        var read = operations.SingleOrDefault(operation => operation.Path == $"{change.Path}/limit" && operation.Method == "GET")
            ?? operations.Single(operation => operation.Path == change.Path && operation.Method == "GET");
        var first = await TagAsync(tenant, read);

        // Both have read the first; the one who saves last is told.
        var (saved, second) = await ChangeAsync(first);
        var (overtaken, _) = await ChangeAsync(first);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.PreconditionFailed), (saved, overtaken));
        Assert.NotEqual(first, second);
        Assert.Equal(second, await TagAsync(tenant, read));

        // A proxy that compresses weakens tags; a star means whatever stands; without any the last change counts.
        foreach (var holding in new[] { second, new EntityTagHeaderValue(second.Tag, isWeak: true), EntityTagHeaderValue.Any, null })
        {
            Assert.Equal(HttpStatusCode.OK, (await ChangeAsync(holding)).Status);
        }

        async Task<(HttpStatusCode Status, EntityTagHeaderValue Tag)> ChangeAsync(EntityTagHeaderValue? tag)
        {
            using var request = tenant.Request(change);
            request.Headers.IfMatch.Clear();

            if (tag is not null)
            {
                request.Headers.IfMatch.Add(tag);
            }

            using var answer = await tenant.Client.SendAsync(request);

            return (answer.StatusCode, answer.Headers.ETag!);
        }
    }

    [Fact]
    public async Task What_is_no_tag_matches_nothing()
    {
        await using var app = await ApiApp.StartAsync();
        using var tenant = await FilledTenant.MakeAsync(app);
        var change = (await DocumentedOperation.ReadAsync(app)).Single(operation => operation.Id == "putBrakeSettings");
        using var request = tenant.Request(change);
        Assert.True(request.Headers.TryAddWithoutValidation("If-Match", "yesterday's"));

        using var answer = await tenant.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.PreconditionFailed, answer.StatusCode);
    }

    private static async Task<EntityTagHeaderValue> TagAsync(FilledTenant tenant, DocumentedOperation read)
    {
        using var request = tenant.Request(read);
        using var answer = await tenant.Client.SendAsync(request);
        Assert.False(answer.Headers.ETag!.IsWeak);

        return answer.Headers.ETag;
    }
}
