using System.Security.Cryptography;
using System.Text;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Notifications;
using MailStats.Stores.Sqlite;
using MailStats.Stores.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailStats.Stores.Tests.Secrets;

/// <summary>A copy of the database gives no secret away, and a lost key takes nothing else with it.</summary>
public sealed class SealedSecretsTests : IDisposable
{
    private static readonly WebhookSource Source = new("a1", "acme", "mailgun", "news", "s3cr3t ключ", null, Some.Noon, "the one before", Some.Noon.AddDays(1));
    private static readonly NotificationTarget Target = new(
        "t1", "acme", NotificationKind.Webhook, "https://ops.example/", "ops", "signing s3cr3t", true, Some.Noon);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mailstats-seal-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Secrets_come_back_and_are_in_no_file()
    {
        using (var host = Open())
        {
            await SaveAsync(host);
        }

        using var again = Open();
        var (sources, targets) = (again.Services.GetRequiredService<IWebhookSourceStore>(), again.Services.GetRequiredService<INotificationStore>());

        Assert.Equal(Source, await sources.FindAsync("a1", default));
        Assert.Equal([Source], await sources.ListAsync("acme", default));
        Assert.Equal(Target, await targets.FindTargetAsync("acme", "t1", default));
        Assert.Equal([Target], await targets.TargetsAsync("acme", default));
        await targets.AddAsync(new(Guid.NewGuid(), "acme", "QuotaThresholdReached", "{}", Some.Noon.AddHours(1)), default);
        Assert.Equal(Target, Assert.Single(await targets.TakeDueAsync(Some.Noon.AddYears(1), 10, default)).Target);

        foreach (var file in _folder.GetFiles().Select(file => Encoding.UTF8.GetString(ReadShared(file.FullName))))
        {
            Assert.DoesNotContain("s3cr3t", file, StringComparison.Ordinal);
            Assert.DoesNotContain("the one before", file, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_key_that_is_made_is_its_owners_alone()
    {
        using var host = Open();
        _ = host.Services.GetRequiredService<IWebhookSourceStore>();

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder.FullName, "secret.key")));
        }
    }

    [Fact]
    public async Task With_another_key_a_secret_is_nobodys_and_can_be_set_anew()
    {
        using (var host = Open(NewKey()))
        {
            await SaveAsync(host);
        }

        using var other = Open(NewKey());
        var (sources, targets) = (other.Services.GetRequiredService<IWebhookSourceStore>(), other.Services.GetRequiredService<INotificationStore>());
        var (found, foundAgain) = (await sources.FindAsync("a1", default), await sources.FindAsync("a1", default));

        Assert.Equal(("news", "mailgun"), (found!.Name, found.Provider));
        Assert.DoesNotContain(found.Secret, new[] { Source.Secret, "", foundAgain!.Secret });
        Assert.NotEqual(Target.Secret, Assert.Single(await targets.TargetsAsync("acme", default)).Secret);

        await sources.SaveAsync(Source with { Secret = "new" }, default);
        Assert.Equal("new", (await sources.FindAsync("a1", default))?.Secret);
    }

    [Fact]
    public async Task A_sealed_secret_is_of_no_use_in_another_row()
    {
        using var host = Open();
        await SaveAsync(host);
        await host.Services.GetRequiredService<IWebhookSourceStore>().AddAsync(Source with { Id = "b2", TenantId = "zeta", Secret = "zeta's" }, default);
        await host.Services.GetRequiredService<MailStats.Stores.Sqlite.Database.SqliteFiles>().Statistics.WriteAsync(
            session =>
            {
                session.Execute("UPDATE webhook_sources SET secret = (SELECT secret FROM webhook_sources WHERE id = 'a1') WHERE id = 'b2'");
                return true;
            },
            default);

        Assert.NotEqual(Source.Secret, (await host.Services.GetRequiredService<IWebhookSourceStore>().FindAsync("b2", default))?.Secret);
    }

    [Fact]
    public async Task What_was_kept_in_clear_is_read_and_sealed_when_it_is_saved()
    {
        using var host = Open();
        await SaveAsync(host);
        var files = host.Services.GetRequiredService<MailStats.Stores.Sqlite.Database.SqliteFiles>();
        await files.Statistics.WriteAsync(
            session =>
            {
                session.Execute("UPDATE webhook_sources SET secret = 'in clear'");
                return true;
            },
            default);
        var sources = host.Services.GetRequiredService<IWebhookSourceStore>();
        var source = await sources.FindAsync("a1", default);
        Assert.Equal("in clear", source?.Secret);

        await sources.SaveAsync(source!, default);

        var kept = files.Statistics.Read(session =>
        {
            var row = session.Prepare("SELECT secret FROM webhook_sources");
            row.Step();
            var text = row.Text(0);
            row.Reset();

            return text;
        });
        Assert.StartsWith("sealed:1:", kept, StringComparison.Ordinal);
        Assert.Equal("in clear", (await sources.FindAsync("a1", default))?.Secret);
    }

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static async Task SaveAsync(IHost host)
    {
        await host.Services.GetRequiredService<IWebhookSourceStore>().AddAsync(Source, default);
        await host.Services.GetRequiredService<INotificationStore>().SaveTargetAsync(Target, default);
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);

        return bytes.ToArray();
    }

    private IHost Open(string? key = null)
    {
        var builder = new HostApplicationBuilder();
        builder.Configuration["Storage:Provider"] = "Sqlite";
        builder.Configuration["Storage:Path"] = _folder.FullName;
        builder.Configuration["Storage:SecretKey"] = key;
        builder.AddStores<SqliteStores, MongoStores>();

        return builder.Build();
    }
}
