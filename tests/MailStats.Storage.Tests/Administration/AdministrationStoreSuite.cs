using MailStats.Storage.Administration;

namespace MailStats.Storage.Tests.Administration;

/// <summary>What every store promises about the audit log, users and secrets.</summary>
public abstract class AdministrationStoreSuite : IAsyncLifetime
{
    private static readonly DateTimeOffset _at = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    protected abstract IAuditStore Audit { get; }

    protected abstract IUserStore Users { get; }

    protected abstract ISecretStore Secrets { get; }

    protected abstract ITenantStore Tenants { get; }

    /// <summary>Another process over the same store.</summary>
    protected abstract ISecretStore OtherSecrets();

    [Fact]
    public async Task Audit_entries_are_listed_by_tenant_latest_first_in_pages()
    {
        for (var i = 0; i < 7; i++)
        {
            await Audit.BeginAsync(Entry("shop", i), default);
            await Audit.BeginAsync(Entry("other", i), default);
        }

        var first = await Audit.ListAsync("shop", null, 3, default);
        // Later entries do not move what is still to come.
        await Audit.BeginAsync(Entry("shop", 9), default);
        var second = await Audit.ListAsync("shop", first.Next, 3, default);
        var third = await Audit.ListAsync("shop", second.Next, 3, default);

        Assert.Equal(["6", "5", "4", "3", "2", "1", "0"], first.Items.Concat(second.Items).Concat(third.Items).Select(entry => entry.Target));
        Assert.Null(third.Next);
        Assert.All(first.Items, entry => Assert.Equal("shop", entry.TenantId));
    }

    [Fact]
    public async Task An_entry_without_an_end_says_so()
    {
        var entry = Entry("shop", 0);
        await Audit.BeginAsync(entry, default);

        Assert.Null((await Audit.ListAsync("shop", null, 10, default)).Items.Single().Status);

        await Audit.CompleteAsync(entry.Id, 204, new Dictionary<string, string> { ["name"] = "Ä\"\n" }, default);
        var ended = (await Audit.ListAsync("shop", null, 10, default)).Items.Single();

        Assert.Equal((204, "Ä\"\n", _at, "ann"), (ended.Status, ended.Details["name"], ended.At, ended.Actor));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("' OR 1=1 --")]
    public async Task What_is_no_cursor_is_refused(string cursor) =>
        await Assert.ThrowsAsync<InvalidCursorException>(() => Audit.ListAsync("shop", cursor, 10, default));

    [Fact]
    public async Task Users_belong_to_one_tenant_and_have_the_scopes_of_their_role()
    {
        await Users.SaveAsync(new TenantUser("shop", "ann", "Ann", UserRole.Viewer, _at), default);
        await Users.SaveAsync(new TenantUser("other", "ann", "Anna", UserRole.Administrator, _at), default);

        Assert.Equal(["read"], await Users.ScopesAsync("shop", "ann", default));
        Assert.Equal(["read", "admin"], await Users.ScopesAsync("other", "ann", default));
        Assert.Empty(await Users.ScopesAsync("shop", "bob", default));

        await Users.SaveAsync(new TenantUser("shop", "ann", "Ann B.", UserRole.Administrator, _at.AddDays(1)), default);

        Assert.Equal(new TenantUser("shop", "ann", "Ann B.", UserRole.Administrator, _at), (await Users.ListAsync("shop", default)).Single());
        Assert.True(await Users.RemoveAsync("shop", "ann", default));
        Assert.False(await Users.RemoveAsync("shop", "ann", default));
        Assert.Single(await Users.ListAsync("other", default));
    }

    [Fact]
    public async Task A_secret_is_the_same_for_everyone_and_another_for_every_name()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Secrets.GetOrCreateAsync("a", default).AsTask()));
        var elsewhere = await OtherSecrets().GetOrCreateAsync("a", default);
        var another = await Secrets.GetOrCreateAsync("b", default);

        Assert.All(made, secret => Assert.Equal(elsewhere, secret));
        Assert.Equal(32, elsewhere.Length);
        Assert.NotEqual(elsewhere, another);
    }

    [Fact]
    public async Task A_tenant_is_added_once()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Tenants.AddAsync(new Tenant("shop", $"{i}", "UTC", _at), default)));

        Assert.Single(added, true);
        Assert.Equal($"{Array.IndexOf(added, true)}", (await Tenants.FindAsync("shop", default))?.Name);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public abstract Task DisposeAsync();

    private static AuditEntry Entry(string tenant, int number) =>
        AuditEntry.Begun(Guid.CreateVersion7(_at.AddSeconds(number)), tenant, _at, "ann", "saveTenant", $"{number}");
}
