using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.ServiceDefaults;
using MailStats.Standalone;
using MailStats.Standalone.Demo;
using MailStats.Stores.Quotas;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.Pipeline.Tests;

public sealed class DemoTenantTests
{
    private static readonly DateTimeOffset Evening = new(2026, 11, 30, 23, 58, 0, TimeSpan.Zero);
    private static readonly StatisticsScope Demo = new("demo");

    [Fact]
    public async Task Its_billing_month_still_holds_the_traffic_after_midnight()
    {
        using var data = new TemporaryFolder();
        var clock = new Clock { Now = Evening };
        var host = ServiceHost.Create(["--urls", "http://127.0.0.1:0", "--Storage:Path", data.Path])
            .WithDefault("Messaging:Transport", "InMemory")
            .WithDefault("Storage:Provider", "Sqlite");
        host.Builder.Services.AddSingleton<TimeProvider>(clock).AddSingleton<DemoTraffic>();
        await using var app = host.With<StandaloneModule>().Build();
        await app.StartAsync();
        var quotas = app.Services.GetRequiredService<IQuotaStore>();
        var tenant = ActivatorUtilities.CreateInstance<DemoTenant>(app.Services);
        await tenant.StartAsync(default);
        Assert.Equal(Evening.UtcDateTime.Date.AddDays(1), (await MonthAsync()).End.UtcDateTime);

        clock.Now = Evening.AddMinutes(3);
        Assert.Equal(clock.Now.UtcDateTime.Date, (await MonthAsync()).Start.UtcDateTime);
        await tenant.KeepOrangeAsync(default);

        Assert.Equal(clock.Now.UtcDateTime.Date.AddDays(1), (await MonthAsync()).End.UtcDateTime);

        await quotas.SaveLimitAsync(new(Demo, QuotaWindow.Month, 7), default);
        clock.Now = clock.Now.AddDays(1);
        await tenant.KeepOrangeAsync(default);

        // Somebody else's limit is left as it is, its month too.
        Assert.Equal(clock.Now.UtcDateTime.Date, (await MonthAsync()).Start.UtcDateTime);

        async Task<QuotaPeriod> MonthAsync() => (await quotas.StandingsAsync(Demo, default))[0].Period;
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
