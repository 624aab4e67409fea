using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Lists;
using MailStats.Mail.Suppression;
using MailStats.Mail.Tests;
using MailStats.Stores.Notifications;
using MailStats.Stores.Suppression;
using Microsoft.Extensions.Time.Testing;

namespace MailStats.Stores.Tests.Suppression;

/// <summary>What every store promises about the suppression list.</summary>
public abstract class SuppressionStoreSuite<TStores>
    where TStores : IStoresOpener
{
    private const string Ann = "ann@example.net";

    private static readonly DateTimeOffset Noon = Some.Noon;

    private static readonly Classification Gone = Some.UserUnknown with { Reason = "recipient_unknown" };
    private static readonly Classification Spam = Some.UserUnknown with { Reason = "spam_content", Hard = false };
    private static readonly Classification ProvidersList = Some.UserUnknown with { Reason = "suppressed", Hard = false };

    private readonly FakeTimeProvider _time = new(Noon.AddHours(1));

    [SkippableFact]
    public async Task An_address_that_is_proven_bad_is_on_the_list_once_the_bounce_is_applied()
    {
        await using var store = await OpenAsync();
        await using var other = store.Another();

        await store.Deliveries.ApplyAsync([Bounced(Gone, with: reported => reported with { ReplyText = "550 5.1.1 no such user" })], default);

        var entry = Assert.Single((await ListAsync(other)).Items);
        Assert.Equal((Ann, null, SuppressionCause.HardBounce, "recipient_unknown", "550 5.1.1 no such user"),
            (entry.Address, entry.Domain, entry.Cause, entry.Reason, entry.Reply));
        Assert.Equal((Noon, Noon.AddDays(180)), (entry.CreatedAt, entry.ExpiresAt));
        Assert.Equal(32, entry.Delivery!.Length);
        Assert.Equal(
            new SuppressionAnswer(SuppressionMode.Observe, entry), await other.Suppressions.FindAsync("acme", "shop.example", "ANN@EXAMPLE.NET", default));
        Assert.Null((await other.Suppressions.FindAsync("acme", null, "bob@example.net", default)).Entry);
        Assert.Null((await other.Suppressions.FindAsync("zeta", null, Ann, default)).Entry);
    }

    [SkippableFact]
    public async Task A_failure_that_is_not_the_address_s_own_suppresses_nobody_however_often()
    {
        await using var store = await OpenAsync();

        await store.Deliveries.ApplyAsync([.. Enumerable.Range(0, 20).Select(i => Bounced(Spam, $"m{i}"))], default);

        Assert.Empty((await ListAsync(store)).Items);
    }

    [SkippableFact]
    public async Task A_weaker_reason_counts_the_second_time_and_for_a_month()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync([Bounced(Some.MailboxFull, "m1"), Bounced(Some.MailboxFull, "m1", Noon.AddMinutes(1))], default);
        Assert.Empty((await ListAsync(store)).Items);

        await store.Deliveries.ApplyAsync([Bounced(Some.MailboxFull, "m2", Noon.AddMinutes(2))], default);

        var entry = Assert.Single((await ListAsync(store)).Items);
        Assert.Equal((SuppressionCause.HardBounce, "mailbox_full", Noon.AddMinutes(2).AddDays(30)), (entry.Cause, entry.Reason, entry.ExpiresAt));
        _time.SetUtcNow(Noon.AddMinutes(2).AddDays(30));
        Assert.Empty((await ListAsync(store)).Items);
    }

    [SkippableFact]
    public async Task A_later_delivery_lifts_bounces_and_provider_s_entries_but_neither_complaints_nor_what_people_made()
    {
        await using var store = await OpenAsync();
        string[] all = ["hard@x.example", "provider@x.example", "complaint@x.example", "manual@x.example", "import@x.example"];
        await store.Deliveries.ApplyAsync(
            [Bounced(Gone, recipient: all[0]), Bounced(ProvidersList, recipient: all[1]), Told(DeliveryEventKind.Complained, recipient: all[2])], default);
        await AddAsync(store, SuppressionCause.Manual, all[3]);
        await AddAsync(store, SuppressionCause.Import, all[4]);
        Assert.Equal(5, (await ListAsync(store)).Items.Count);

        await store.Deliveries.ApplyAsync([.. all.Select(address => Told(DeliveryEventKind.Delivered, "m2", Noon.AddHours(2), address))], default);

        Assert.Equal(all[2..].Order(), (await ListAsync(store)).Items.Select(entry => entry.Address).Order());
        Assert.Equal(all[2..].Order(), (await store.Suppressions.CheckAsync("acme", null, all, default)).Select(found => all[found.Place]).Order());
    }

    [SkippableFact]
    public async Task A_delivery_that_was_told_of_before_the_failure_it_follows_lifts_it_all_the_same()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync([Told(DeliveryEventKind.Delivered, "m2", Noon.AddHours(1))], default);
        await store.Deliveries.ApplyAsync([Told(DeliveryEventKind.Delivered, "m3", Noon.AddHours(-5), "bob@x.example")], default);

        await store.Deliveries.ApplyAsync([Bounced(Gone), Bounced(Gone, recipient: "bob@x.example")], default);

        Assert.Equal("bob@x.example", Assert.Single((await ListAsync(store)).Items).Address);
    }

    [SkippableFact]
    public async Task A_removal_holds_against_what_was_acknowledged_before_it_and_its_repetitions()
    {
        await using var store = await OpenAsync();
        var (first, late, next) = (Bounced(Gone), Bounced(Gone, "m2", Noon.AddMinutes(90)), Bounced(Gone, "m3", Noon.AddMinutes(5)));
        await store.Deliveries.ApplyAsync([first], Noon.AddMinutes(1), default);

        Assert.True(await store.Suppressions.RemoveAsync("acme", null, "Ann@Example.net", default));
        Assert.False(await store.Suppressions.RemoveAsync("acme", null, Ann, default));

        // Told again, and told by another event that had been acknowledged but not applied; its clock was ahead.
        await store.Deliveries.ApplyAsync([first], _time.GetUtcNow().AddMinutes(1), default);
        await store.Deliveries.ApplyAsync([late], _time.GetUtcNow(), default);
        Assert.Empty((await ListAsync(store)).Items);

        await store.Deliveries.ApplyAsync([next], _time.GetUtcNow().AddTicks(10), default);
        Assert.Equal(Noon.AddMinutes(5), Assert.Single((await ListAsync(store)).Items).CreatedAt);
    }

    [SkippableFact]
    public async Task A_removal_holds_whichever_acknowledgement_is_applied_first()
    {
        await using var store = await OpenAsync();
        await store.Suppressions.RemoveAsync("acme", null, Ann, default);

        await store.Deliveries.ApplyAsync([Bounced(Gone)], _time.GetUtcNow().AddMinutes(5), default);
        Assert.Single((await ListAsync(store)).Items);
        await store.Deliveries.ApplyAsync([Bounced(Gone)], _time.GetUtcNow().AddMinutes(-5), default);

        Assert.Empty((await ListAsync(store)).Items);
    }

    [SkippableFact]
    public async Task What_is_added_is_there_for_every_process_and_added_again_it_is_no_news()
    {
        await using var store = await OpenAsync();
        await using var other = store.Another();

        Assert.Equal([true, true, false], await store.Suppressions.AddAsync("acme",
            [Given("a@x.example"), Given("b@x.example", domain: "shop.example"), Given("A@X.example")], tell: true, default));
        Assert.Equal([false], await other.Suppressions.AddAsync("acme", [Given("a@x.example")], tell: true, default));

        Assert.Equal("a@x.example", (await other.Suppressions.FindAsync("acme", "other.example", "a@x.example", default)).Entry!.Address);
        Assert.Null((await other.Suppressions.FindAsync("acme", "other.example", "b@x.example", default)).Entry);
        Assert.Equal("shop.example", (await other.Suppressions.FindAsync("acme", "shop.example", "b@x.example", default)).Entry!.Domain);
        Assert.False(await other.Suppressions.RemoveAsync("acme", null, "b@x.example", default));
        Assert.True(await other.Suppressions.RemoveAsync("acme", "shop.example", "b@x.example", default));
        Assert.Null((await store.Suppressions.FindAsync("acme", "shop.example", "b@x.example", default)).Entry);
        Assert.Equal([true], await other.Suppressions.AddAsync("acme", [Given("b@x.example", domain: "shop.example")], tell: true, default));
        Assert.NotNull((await store.Suppressions.FindAsync("acme", "shop.example", "b@x.example", default)).Entry);
    }

    [SkippableFact]
    public async Task Tags_are_part_of_an_address_unless_the_settings_say_otherwise()
    {
        await using var store = await OpenAsync();
        await AddAsync(store, SuppressionCause.Manual, "ann+news@x.example");
        await AddAsync(store, SuppressionCause.Manual, "bob@x.example");
        string[] alike = ["ann@x.example", "ann+shop@x.example", "bob+a@x.example"];
        Assert.Empty(await store.Suppressions.CheckAsync("acme", null, alike, default));

        await store.Suppressions.SaveSettingsAsync("acme", null, new() { PlusAddresses = PlusAddresses.Same, Mode = SuppressionMode.Enforce }, default);

        Assert.Equal([0, 1, 2], (await store.Suppressions.CheckAsync("acme", null, alike, default)).Select(found => found.Place));
        Assert.Equal(SuppressionMode.Enforce, (await store.Suppressions.FindAsync("acme", "shop.example", alike[0], default)).Mode);
        Assert.NotNull((await store.Suppressions.FindAsync("acme", "shop.example", alike[0], default)).Entry);
        Assert.True(await store.Suppressions.RemoveAsync("acme", null, "ann@x.example", default));
        Assert.Equal([2], (await store.Suppressions.CheckAsync("acme", null, alike, default)).Select(found => found.Place));
    }

    [SkippableFact]
    public async Task A_sending_domain_may_have_settings_of_its_own()
    {
        await using var store = await OpenAsync();
        var own = new SuppressionSettings { Mode = SuppressionMode.Off, HardBounceDays = 7, ComplaintDays = 10 };
        await AddAsync(store, SuppressionCause.Manual, Ann);
        Assert.Null(await store.Suppressions.OwnSettingsAsync("acme", "shop.example", default));

        await store.Suppressions.SaveSettingsAsync("acme", "shop.example", own, default);

        Assert.Equal(own, await store.Suppressions.OwnSettingsAsync("acme", "shop.example", default));
        Assert.Equal(new SuppressionAnswer(SuppressionMode.Off, null), await store.Suppressions.FindAsync("acme", "shop.example", Ann, default));
        Assert.Equal(SuppressionMode.Observe, (await store.Suppressions.FindAsync("acme", "other.example", Ann, default)).Mode);
        await store.Suppressions.SaveSettingsAsync("acme", "shop.example", null, default);
        Assert.NotNull((await store.Suppressions.FindAsync("acme", "shop.example", Ann, default)).Entry);
    }

    [SkippableTheory]
    [InlineData(AddressForm.Masked)]
    [InlineData(AddressForm.Hashed)]
    public async Task Hidden_addresses_are_found_by_the_plain_ones_and_by_themselves(AddressForm form)
    {
        await using var store = await TStores.OpenAsync(new() { Addresses = form }, _time);
        await store.Deliveries.ApplyAsync([Bounced(Gone, with: reported => reported with { ReplyText = $"550 5.1.1 <{Ann}> unknown" })], default);

        var entry = Assert.Single((await ListAsync(store)).Items);
        Assert.DoesNotContain("ann", entry.Address + entry.Reply, StringComparison.Ordinal);
        Assert.NotNull((await store.Suppressions.FindAsync("acme", null, "Ann@example.net", default)).Entry);
        Assert.Single((await ListAsync(store, search: Ann)).Items);
        Assert.Single((await ListAsync(store, search: entry.Address)).Items);

        // Kept plain from now on: it is the same address.
        await using var plain = store.Another();
        Assert.Equal([false], await plain.Suppressions.AddAsync("acme", [Given(Ann, SuppressionCause.HardBounce)], tell: false, default));
        Assert.True(await plain.Suppressions.RemoveAsync("acme", null, entry.Address, default));
        Assert.Null((await store.Suppressions.FindAsync("acme", null, Ann, default)).Entry);
    }

    [SkippableFact]
    public async Task Pages_are_full_and_hold_each_entry_once()
    {
        await using var store = await OpenAsync();
        await store.Suppressions.AddAsync("acme", [.. Enumerable.Range(0, 25).Select(i => Given($"u{i}@x.example"))], tell: false, default);
        await AddAsync(store, SuppressionCause.Manual, "m@y.example");
        await store.Suppressions.AddAsync("acme", [Given("gone@x.example", expiresAt: Noon)], tell: false, default);
        var seen = new List<string>();
        var query = new SuppressionQuery("acme", "x.example", SuppressionCause.Import, null, 10);

        do
        {
            var page = await store.Suppressions.ListAsync(query, default);
            Assert.Equal(page.Next is null ? 5 : 10, page.Items.Count);
            seen.AddRange(page.Items.Select(entry => entry.Address));
            query = query with { Cursor = page.Next };
        }
        while (query.Cursor is not null);

        Assert.Equal(25, seen.Distinct().Count());
        await Assert.ThrowsAsync<InvalidCursorException>(() => store.Suppressions.ListAsync(query with { Cursor = "x" }, default));
    }

    [SkippableFact]
    public async Task Coming_and_going_is_told_once_and_an_import_tells_nobody()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync([Bounced(Gone), Bounced(Gone)], default);
        await store.Deliveries.ApplyAsync([Bounced(Gone, "m2", Noon.AddMinutes(1))], default);
        await store.Deliveries.ApplyAsync([Told(DeliveryEventKind.Delivered, "m3", Noon.AddHours(3))], default);
        await AddAsync(store, SuppressionCause.Manual, "bob@x.example");
        await store.Suppressions.RemoveAsync("acme", null, "bob@x.example", default);
        await store.Suppressions.AddAsync("acme", [Given("import@x.example")], tell: false, default);

        var told = await store.Outbox.ReadPendingAsync(100, default);

        Assert.Equal(
            [("RecipientSuppressed", Ann, "hardBounce"), ("RecipientReleased", Ann, "hardBounce"),
                ("RecipientSuppressed", "bob@x.example", "manual"), ("RecipientReleased", "bob@x.example", "manual")],
            told.Select(message => (message.Type, Word(message.Content, "address"), Word(message.Content, "cause"))));
        Assert.Equal(("delivery", "removal"), (Word(told[1].Content, "by"), Word(told[3].Content, "by")));
    }

    [SkippableFact]
    public async Task Thousands_that_come_at_once_are_told_one_by_one_and_marked_together()
    {
        await using var store = await OpenAsync();
        const int many = 2_500;
        var bounces = Enumerable.Range(0, many).Select(number => Bounced(Gone, $"m{number}", recipient: $"u{number}@x.example"));
        await store.Deliveries.ApplyAsync([.. bounces], default);
        var told = new List<OutboxMessage>();

        while (await store.Outbox.ReadPendingAsync(1_000, default) is { Count: > 0 } some)
        {
            Assert.InRange(some.Count, 1, 1_100);
            told.AddRange(some);
            await store.Outbox.MarkPublishedAsync([.. some.Select(message => message.Id)], default);
        }

        Assert.Equal(many, told.Select(message => Word(message.Content, "address")).Distinct().Count());
        Assert.Equal(many, told.Select(message => message.NoticeId).Distinct().Count());
        Assert.Equal(told.Select(message => message.NoticeId).Order(),
            await store.Outbox.ReadSinceAsync(Noon.AddHours(-1), default).Select(message => message.NoticeId).Order().ToListAsync());
    }

    [SkippableFact]
    public async Task What_enforcing_would_have_done_counts_bounces_spared_and_deliveries_lost()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync(
            [
                Bounced(Gone), Bounced(Gone, "m2", Noon.AddMinutes(1)), Bounced(Gone, "m3", Noon.AddMinutes(2)),
                Bounced(Gone, recipient: "bob@x.example"), Told(DeliveryEventKind.Delivered, "m4", Noon.AddMinutes(4), "bob@x.example"),
                Told(DeliveryEventKind.Delivered, "m5", Noon, "eve@x.example"),
            ],
            default);

        Assert.Equal(new SuppressionEffect(3, 2, 1), await store.Suppressions.EffectAsync("acme", Noon.AddHours(-1), Noon.AddHours(1), default));
        Assert.Equal(new SuppressionEffect(1, 1, 0), await store.Suppressions.EffectAsync("acme", Noon, Noon.AddMinutes(2), default));
    }

    [SkippableFact]
    public async Task However_events_are_told_and_by_however_many_the_list_is_the_same()
    {
        var random = new Random(21);
        Classification?[] verdicts = [Gone, Spam, Some.MailboxFull, ProvidersList, Gone with { Revision = 1 }, Spam with { Revision = 2 }];
        var events = Enumerable.Range(0, 160).Select(_ => Told(
            (DeliveryEventKind)random.Next(1, 8), $"m{random.Next(12)}", Noon.AddMinutes(random.Next(60)), $"r{random.Next(9)}@x.example",
            verdicts[random.Next(verdicts.Length)])).Select(told => (Told: told, Acknowledged: Noon.AddMinutes(random.Next(60, 70)))).ToList();
        var seen = new List<string>();

        for (var turn = 0; turn < 4; turn++)
        {
            await using var store = await OpenAsync();
            await using var other = store.Another();
            var retold = events.Concat(events.Take(50 * turn)).OrderBy(_ => turn == 0 ? 0 : random.Next()).ToList();
            await Task.WhenAll(retold.Chunk(turn == 0 ? 1 : 7).Select((batch, index) => Task.Run(async () =>
            {
                foreach (var acknowledged in batch.GroupBy(one => one.Acknowledged))
                {
                    await (index % 2 == 0 || turn == 0 ? store : other).Deliveries
                        .ApplyAsync([.. acknowledged.Select(one => one.Told)], acknowledged.Key, default);
                }
            })));

            var list = (await ListAsync(store)).Items.OrderBy(entry => entry.Address, StringComparer.Ordinal);
            seen.Add(string.Join('\n', list) + await store.Suppressions.EffectAsync("acme", Noon, Noon.AddDays(1), default));
        }

        Assert.All(seen, one => Assert.Equal(seen[0], one));
        Assert.Contains("@x.example", seen[0], StringComparison.Ordinal);
    }

    private Task<OpenedStores> OpenAsync() => TStores.OpenAsync(time: _time);

    private static Task<Page<SuppressionEntry>> ListAsync(OpenedStores store, string? search = null) =>
        store.Suppressions.ListAsync(new("acme", search, null, null, 100), default);

    private static async Task AddAsync(OpenedStores store, SuppressionCause cause, string address) =>
        await store.Suppressions.AddAsync("acme", [Given(address, cause)], tell: true, default);

    private static SuppressionAddition Given(
        string address, SuppressionCause cause = SuppressionCause.Import, string? domain = null, DateTimeOffset? expiresAt = null) =>
        new(address, domain, cause, null, expiresAt);

    private static ClassifiedDelivery Bounced(
        Classification classification, string message = "m1", DateTimeOffset? at = null, string recipient = Ann,
        Func<DeliveryEvent, DeliveryEvent>? with = null) =>
        Some.Event(DeliveryEventKind.Bounced, message, recipient, at, classification: classification, with: with);

    private static ClassifiedDelivery Told(
        DeliveryEventKind kind, string message = "m1", DateTimeOffset? at = null, string recipient = Ann, Classification? classification = null) =>
        Some.Event(kind, message, recipient, at, classification: classification);

    private static string? Word(string content, string name) => JsonDocument.Parse(content).RootElement.GetProperty(name).GetString();
}
