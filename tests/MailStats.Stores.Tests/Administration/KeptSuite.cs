using MailStats.Contracts;
using MailStats.Stores.Administration;
using MailStats.Stores.Deliveries;

namespace MailStats.Stores.Tests.Administration;

/// <summary>What every store promises about what is kept beside statistics: the intake journal, keys, tenants.</summary>
public abstract class KeptSuite<TStores>
    where TStores : IStoresOpener
{
    private static Task<OpenedStores> OpenAsync(StorageOptions? options = null) => TStores.OpenAsync(options);

    [SkippableFact]
    public async Task The_journal_gives_back_what_was_not_removed()
    {
        await using var store = await OpenAsync();
        var batch = new DeliveriesReported { BatchId = Guid.NewGuid(), ReceivedAt = Some.Noon, Deliveries = [Some.Delivered().Event, Some.HardBounce().Event] };
        var applied = batch with { BatchId = Guid.NewGuid() };

        await store.Journal.AppendAsync([batch, applied], default);
        await store.Journal.AppendAsync([batch], default);
        await store.Journal.RemoveAsync([applied.BatchId], default);

        await using var restarted = store.Another();
        var left = await restarted.Journal.ReadAllAsync(default).ToListAsync();
        Assert.Equal(batch.BatchId, Assert.Single(left).BatchId);
        Assert.Equal(batch.Deliveries, left[0].Deliveries);
    }

    [SkippableFact]
    public async Task Reading_the_journal_while_it_is_cleared_and_filled_gives_each_old_batch_at_most_once()
    {
        await using var store = await OpenAsync();
        var batches = Enumerable.Range(0, 100)
            .Select(_ => new DeliveriesReported { BatchId = Guid.NewGuid(), ReceivedAt = Some.Noon, Deliveries = [] })
            .ToList();
        await store.Journal.AppendAsync(batches, default);
        var seen = new List<Guid>();

        await foreach (var batch in store.Journal.ReadAllAsync(default))
        {
            seen.Add(batch.BatchId);
            await store.Journal.RemoveAsync([batch.BatchId], default);
            await store.Journal.AppendAsync([batch with { BatchId = Guid.NewGuid() }], default);
        }

        Assert.Equal(batches.Select(batch => batch.BatchId), seen);
    }

    [SkippableFact]
    public async Task A_batch_in_quarantine_is_kept_with_its_reason_and_read_again_only_after_its_release()
    {
        await using var store = await OpenAsync();
        var journaled = new DeliveriesReported { BatchId = Guid.NewGuid(), ReceivedAt = Some.Noon, Deliveries = [Some.Delivered().Event] };
        var notJournaled = journaled with { BatchId = Guid.NewGuid(), Deliveries = [Some.HardBounce().Event, Some.Delivered().Event] };
        var healthy = journaled with { BatchId = Guid.NewGuid() };
        await store.Journal.AppendAsync([journaled, healthy], default);

        Assert.Equal(1, await store.Journal.QuarantineAsync(journaled, new string('x', IIntakeJournal.LongestReason + 1), Some.Noon, default));
        Assert.Equal(2, await store.Journal.QuarantineAsync(notJournaled, "second", Some.Noon.AddMinutes(1), default));
        Assert.Equal(2, await store.Journal.QuarantineAsync(notJournaled, "again", Some.Noon.AddMinutes(2), default));
        // Journaled only now: it was being written while it failed.
        await store.Journal.AppendAsync([notJournaled], default);

        await using var restarted = store.Another();
        Assert.Equal(healthy.BatchId, Assert.Single(await restarted.Journal.ReadAllAsync(default).ToListAsync()).BatchId);
        Assert.Equal(
            [
                new(journaled.BatchId, Some.Noon, 1, new string('x', IIntakeJournal.LongestReason)),
                new QuarantinedBatch(notJournaled.BatchId, Some.Noon.AddMinutes(2), 2, "again"),
            ],
            await restarted.Journal.QuarantinedAsync(default));

        await restarted.Journal.RemoveAsync([journaled.BatchId], default);
        Assert.Equal(1, await restarted.Journal.ReleaseAsync(default));
        Assert.Empty(await restarted.Journal.QuarantinedAsync(default));
        var left = await restarted.Journal.ReadAllAsync(default).ToDictionaryAsync(batch => batch.BatchId, batch => batch.Deliveries);
        Assert.Equal(2, left.Count);
        Assert.Equal(notJournaled.Deliveries, left[notJournaled.BatchId]);
    }

    [SkippableFact]
    public async Task A_full_quarantine_takes_no_other_batch_and_changes_nothing()
    {
        await using var store = await OpenAsync();
        var batch = new DeliveriesReported { BatchId = Guid.NewGuid(), ReceivedAt = Some.Noon, Deliveries = [] };

        for (var number = 1; number <= IIntakeJournal.MaxQuarantined; number++)
        {
            Assert.Equal(number, await store.Journal.QuarantineAsync(batch with { BatchId = Guid.NewGuid() }, "", Some.Noon, default));
        }

        Assert.Null(await store.Journal.QuarantineAsync(batch, "one too many", Some.Noon, default));
        Assert.Equal(IIntakeJournal.MaxQuarantined, (await store.Journal.QuarantinedAsync(default)).Count);
        Assert.Empty(await store.Journal.ReadAllAsync(default).ToListAsync());
    }

    [SkippableFact]
    public async Task A_key_is_known_until_it_is_revoked_or_expired()
    {
        await using var store = await OpenAsync();
        var made = await store.Keys.CreateAsync("acme", new("ci", ["ingest", "read"], [], null), default);
        var expired = await store.Keys.CreateAsync("acme", new("old", ["read"], [], DateTimeOffset.UnixEpoch), default);

        var found = await store.Keys.FindAsync(made.Key, default);

        Assert.Equal(("acme", made.Stored.Id), (found!.TenantId, found.Id));
        Assert.Equal(["ingest", "read"], found.Terms.Scopes);
        Assert.StartsWith(ApiKeySecrets.Prefix, made.Key, StringComparison.Ordinal);
        Assert.Null(await store.Keys.FindAsync(expired.Key, default));
        Assert.Null(await store.Keys.FindAsync("ms_guess", default));
        Assert.NotNull((await store.Keys.ListAsync("acme", default))[0].LastUsedAt);
        Assert.False(await store.Keys.RevokeAsync("zeta", made.Stored.Id, default));
        Assert.True(await store.Keys.RevokeAsync("acme", made.Stored.Id, default));
        Assert.Null(await store.Keys.FindAsync(made.Key, default));
        Assert.Null(await store.Keys.FindByIdAsync("acme", made.Stored.Id, default));
    }

    [SkippableFact]
    public async Task A_key_keeps_its_terms_and_is_found_by_its_id_by_its_tenant_alone()
    {
        await using var store = await OpenAsync();
        var terms = new KeyTerms("panel", ["statistics"], ["a.example", "b.example"], Some.Noon.AddYears(100));
        var made = await store.Keys.CreateAsync("acme", terms, default);

        var found = await store.Keys.FindByIdAsync("acme", made.Stored.Id, default);
        var listed = Assert.Single(await store.Keys.ListAsync("acme", default));

        Assert.Equivalent(terms, found!.Terms, strict: true);
        Assert.Equivalent(terms, listed.Terms, strict: true);
        Assert.Null(await store.Keys.FindByIdAsync("zeta", made.Stored.Id, default));
        Assert.Null(await store.Keys.FindByIdAsync("acme", "nothing", default));
    }

    [SkippableFact]
    public async Task A_validated_domain_belongs_to_one_tenant()
    {
        await using var store = await OpenAsync();
        await store.Tenants.SaveAsync(new("acme", "Acme", "Europe/Berlin", Some.Noon), default);
        await store.Tenants.SaveAsync(new("acme", "Acme Inc", "Etc/UTC", Some.Noon.AddDays(1)), default);

        Assert.True(await store.Tenants.SaveDomainAsync(new("acme", "Bücher.example", Some.Noon, Some.Noon), default));
        Assert.False(await store.Tenants.SaveDomainAsync(new("zeta", "bücher.example", Some.Noon, Some.Noon), default));
        Assert.True(await store.Tenants.SaveDomainAsync(new("zeta", "bücher.example", null, Some.Noon), default));

        Assert.Equal(new("acme", "Acme Inc", "Etc/UTC", Some.Noon), Assert.Single(await store.Tenants.ListAsync(default)));
        Assert.Equal("acme", await store.Tenants.FindTenantOfDomainAsync("BÜCHER.example", default));
        Assert.Equal("xn--bcher-kva.example", Assert.Single(await store.Tenants.DomainsAsync("zeta", default)).Domain);
        Assert.True(await store.Tenants.RemoveDomainAsync("acme", "bücher.example", default));
        Assert.Null(await store.Tenants.FindTenantOfDomainAsync("bücher.example", default));
    }
}
