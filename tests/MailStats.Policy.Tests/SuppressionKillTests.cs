using System.Collections.Concurrent;
using MailStats.Contracts;
using MailStats.Mail.Suppression;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.Deliveries;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Sqlite;
using MailStats.Stores.Suppression;
using MailStats.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MailStats.Policy.Tests;

/// <summary>kill -9 of the Policy process while 200 sessions ask and the list grows and shrinks beside it.</summary>
public sealed class SuppressionKillTests
{
    private const int Sessions = 200;
    private const int QuestionsEach = 30;
    private const int Addresses = 200;
    private const int Kills = 4;

    private readonly KilledPolicy _policy = new();
    private readonly ConcurrentBag<string> _wrong = [];

    // What an address is since its call has answered; none while a call is under way, for then either answer is right.
    private readonly ConcurrentDictionary<string, (bool Listed, long Version)> _known = new();
    private int _refusals;

    [Fact]
    public async Task Nobody_passes_after_the_call_has_answered_or_the_bounce_is_applied()
    {
        using var folder = new TemporaryFolder();
        string[] storage = ["--Storage:Provider", "Sqlite", "--Storage:Path", folder.Path];
        var builder = Host.CreateApplicationBuilder(storage);
        builder.Logging.ClearProviders();
        builder.AddStores<SqliteStores, MongoStores>();
        using var store = builder.Build();
        await store.StartAsync();
        var tenants = store.Services.GetRequiredService<ITenantStore>();
        await tenants.SaveDomainAsync(new SendingDomain("acme", "shop.example", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch), default);
        var list = store.Services.GetRequiredService<ISuppressionStore>();
        await list.SaveSettingsAsync("acme", null, new() { Mode = SuppressionMode.Enforce }, default);

        using var done = new CancellationTokenSource();
        var killing = _policy.KillAgainAndAgainAsync(folder.Path, storage, Kills, Sessions * QuestionsEach, done.Token);
        var changing = Task.Run(() => ChangeAsync(list, store.Services.GetRequiredService<IDeliveryStore>(), done.Token));
        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(session => Task.Run(() => AskAsync(session))));
        await done.CancelAsync();
        await changing;

        Assert.Equal(Kills, await killing);
        Assert.Empty(_wrong);
        Assert.True(_refusals > Sessions, $"{_refusals} refusals of {_policy.Answers} answers");
        await store.StopAsync();
    }

    /// <summary>Puts addresses on the list by a call or a bounce, and takes every third off again.</summary>
    private async Task ChangeAsync(ISuppressionStore list, IDeliveryStore deliveries, CancellationToken done)
    {
        for (var round = 0; !done.IsCancellationRequested; round++)
        {
            var address = AddressOf(round % Addresses);
            var (isListed, version) = _known.GetValueOrDefault(address);
            _known.TryRemove(address, out _);

            if (isListed && round % 3 == 0)
            {
                await list.RemoveAsync("acme", null, address, CancellationToken.None);
                _known[address] = (false, version + 1);
                continue;
            }

            if (round % 2 == 0)
            {
                await list.AddAsync("acme", [new(address, null, SuppressionCause.Manual, null, null)], tell: true, CancellationToken.None);
            }
            else
            {
                await deliveries.ApplyAsync([Bounce(address, round)], CancellationToken.None);
            }

            _known[address] = (true, version + 1);
        }
    }

    /// <summary>Asks until an answer comes, as an MTA does; what was known before and after the question is what must be answered.</summary>
    private async Task AskAsync(int session)
    {
        using var mta = _policy.Open();

        for (var question = 0; question < QuestionsEach; question++)
        {
            var address = AddressOf(((session * 7) + question) % Addresses);
            var before = default((bool Listed, long Version));
            var answer = await mta.AskAsync(
                PolicyClient.Request("RCPT", ("instance", $"{session}.{question}"), ("recipient", address)),
                () => before = _known.GetValueOrDefault(address, (false, -1)));
            var refused = answer.StartsWith("action=550 5.1.1", StringComparison.Ordinal);

            if (refused)
            {
                Interlocked.Increment(ref _refusals);
            }

            if (before.Version >= 0 && before == _known.GetValueOrDefault(address, (false, -2)) && refused != before.Listed)
            {
                _wrong.Add($"{address}: {answer} although it is {(before.Listed ? "on" : "off")} the list");
            }
        }
    }

    private static string AddressOf(int number) => $"r{number}@example.net";

    private static ClassifiedDelivery Bounce(string address, int round) => new()
    {
        Provider = "example.net",
        Event = new()
        {
            EventId = Guid.NewGuid(), TenantId = "acme", MessageKey = $"m{round}", Recipient = address, Kind = DeliveryEventKind.Bounced,
            OccurredAt = TimeProvider.System.GetUtcNow(), Sender = "news@shop.example",
        },
        Classification = new()
        {
            Reason = "recipient_unknown", Hard = true, Permanent = true, Unknown = false, Actor = "recipient", Advice = "Remove the address.",
        },
    };
}
