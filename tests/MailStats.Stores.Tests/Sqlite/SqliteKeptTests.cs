using MailStats.Stores.Tests.Administration;

namespace MailStats.Stores.Tests.Sqlite;

public sealed class SqliteKeptTests : KeptSuite<InSqlite>
{
    [Fact]
    public async Task No_key_stands_in_the_files()
    {
        await using var store = new TemporaryStore();
        var made = await store.Keys.CreateAsync("acme", new("ci", ["read"], [], null), default);
        await store.Keys.FindAsync(made.Key, default);

        foreach (var file in Directory.EnumerateFiles(store.Folder))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            Assert.DoesNotContain(made.Key[3..], await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }
    }
}
