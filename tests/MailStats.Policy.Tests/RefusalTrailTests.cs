using MailStats.Policy.Decisions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using System.Diagnostics.Metrics;

namespace MailStats.Policy.Tests;

public sealed class RefusalTrailTests
{
    [Fact]
    public void One_tenants_refusals_leave_room_for_anothers()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var figures = new PolicyFigures(services.GetRequiredService<IMeterFactory>(), TimeProvider.System);
        using var trail = new RefusalTrail(new NoDeliveries(), figures, TimeProvider.System, NullLogger<RefusalTrail>.Instance);

        for (var number = 0; number <= RefusalTrail.Most; number++)
        {
            Add(trail, "large", number);
        }

        Add(trail, "small", 0);

        Assert.Equal((RefusalTrail.Most / 2) + 1, figures.Read("large").Counts.NotNoted);
        Assert.Equal(0, figures.Read("small").Counts.NotNoted);
    }

    private static void Add(RefusalTrail trail, string tenant, int number) => trail.Add(
        new(tenant, "shop.example", "ann@shop.example"),
        new() { Stage = PolicyStage.Advisory, Sender = "ann@shop.example", Login = "ann", Recipients = 1, Key = $"m{number}" },
        "r@example.net",
        "550 5.1.1",
        null);
}
