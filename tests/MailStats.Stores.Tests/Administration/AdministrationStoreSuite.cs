using MailStats.Mail.Lists;
using MailStats.Stores.Administration;

namespace MailStats.Stores.Tests.Administration;

/// <summary>What every store promises about the audit log, users and secrets.</summary>
public abstract class AdministrationStoreSuite<TStores>
    where TStores : IStoresOpener
{
    private static readonly DateTimeOffset _at = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    private static Task<OpenedStores> OpenAsync() => TStores.OpenAsync();

    [SkippableFact]
    public async Task Audit_entries_are_listed_by_tenant_latest_first_in_pages()
    {
        await using var store = await OpenAsync();
        for (var i = 0; i < 7; i++)
        {
            await store.Audit.BeginAsync(Entry("shop", i), default);
            await store.Audit.BeginAsync(Entry("other", i), default);
        }

        var first = await store.Audit.ListAsync("shop", null, 3, default);
        // Later entries do not move what is still to come.
        await store.Audit.BeginAsync(Entry("shop", 9), default);
        var second = await store.Audit.ListAsync("shop", first.Next, 3, default);
        var third = await store.Audit.ListAsync("shop", second.Next, 3, default);

        Assert.Equal(["6", "5", "4", "3", "2", "1", "0"], first.Items.Concat(second.Items).Concat(third.Items).Select(entry => entry.Target));
        Assert.Null(third.Next);
        Assert.All(first.Items, entry => Assert.Equal("shop", entry.TenantId));
    }

    [SkippableFact]
    public async Task An_entry_without_an_end_says_so()
    {
        await using var store = await OpenAsync();
        var entry = Entry("shop", 0);
        await store.Audit.BeginAsync(entry, default);

        Assert.Null((await store.Audit.ListAsync("shop", null, 10, default)).Items.Single().Status);

        await store.Audit.CompleteAsync(entry.Id, 204, new Dictionary<string, string> { ["name"] = "Ä\"\n" }, default);
        var ended = (await store.Audit.ListAsync("shop", null, 10, default)).Items.Single();

        Assert.Equal((204, "Ä\"\n", _at, "ann"), (ended.Status, ended.Details["name"], ended.At, ended.Actor));
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("' OR 1=1 --")]
    public async Task What_is_no_cursor_is_refused(string cursor)
    {
        await using var store = await OpenAsync();

        await Assert.ThrowsAsync<InvalidCursorException>(() => store.Audit.ListAsync("shop", cursor, 10, default));
    }

    [SkippableFact]
    public async Task Users_belong_to_one_tenant_and_have_the_scopes_of_their_role()
    {
        await using var store = await OpenAsync();
        await store.Users.SaveAsync(new TenantUser("shop", "ann", "Ann", UserRole.Viewer, _at), default);
        await store.Users.SaveAsync(new TenantUser("other", "ann", "Anna", UserRole.Administrator, _at), default);

        Assert.Equal(["read"], await store.Users.ScopesAsync("shop", "ann", default));
        Assert.Equal(["read", "admin"], await store.Users.ScopesAsync("other", "ann", default));
        Assert.Empty(await store.Users.ScopesAsync("shop", "bob", default));

        await store.Users.SaveAsync(new TenantUser("shop", "ann", "Ann B.", UserRole.Administrator, _at.AddDays(1)), default);

        Assert.Equal(new TenantUser("shop", "ann", "Ann B.", UserRole.Administrator, _at), (await store.Users.ListAsync("shop", default)).Single());
        Assert.True(await store.Users.RemoveAsync("shop", "ann", default));
        Assert.False(await store.Users.RemoveAsync("shop", "ann", default));
        Assert.Single(await store.Users.ListAsync("other", default));
    }

    [SkippableFact]
    public async Task A_secret_is_the_same_for_everyone_and_another_for_every_name()
    {
        await using var store = await OpenAsync();
        await using var other = store.Another();
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.Secrets.GetOrCreateAsync("a", default).AsTask()));
        var elsewhere = await other.Secrets.GetOrCreateAsync("a", default);
        var another = await store.Secrets.GetOrCreateAsync("b", default);

        Assert.All(made, secret => Assert.Equal(elsewhere, secret));
        Assert.Equal(32, elsewhere.Length);
        Assert.NotEqual(elsewhere, another);
    }

    [SkippableFact]
    public async Task A_secret_that_is_replaced_is_another_for_every_process_at_once()
    {
        await using var store = await OpenAsync();
        await using var other = store.Another();
        var first = await store.Secrets.CurrentAsync("links/acme", default);
        Assert.Equal(first, await other.Secrets.CurrentAsync("links/acme", default));

        await other.Secrets.ReplaceAsync("links/acme", default);
        var second = await store.Secrets.CurrentAsync("links/acme", default);

        Assert.NotEqual(first, second);
        Assert.Equal(32, second.Length);
        Assert.Equal(second, await other.Secrets.CurrentAsync("links/acme", default));
        Assert.NotEqual(second, await store.Secrets.CurrentAsync("links/zeta", default));
        await store.Secrets.ReplaceAsync("links/new", default);
        Assert.Equal(32, (await other.Secrets.CurrentAsync("links/new", default)).Length);
    }

    [SkippableFact]
    public async Task A_tenant_is_added_once()
    {
        await using var store = await OpenAsync();
        var added = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => store.Tenants.AddAsync(new Tenant("shop", $"{i}", "UTC", _at), default)));

        Assert.Single(added, true);
        Assert.Equal($"{Array.IndexOf(added, true)}", (await store.Tenants.FindAsync("shop", default))?.Name);
    }

    private static AuditEntry Entry(string tenant, int number) =>
        AuditEntry.Begun(Guid.CreateVersion7(_at.AddSeconds(number)), tenant, _at, "ann", "saveTenant", $"{number}");
}
