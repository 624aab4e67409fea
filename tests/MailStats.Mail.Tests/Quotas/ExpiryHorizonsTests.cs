using MailStats.Mail.Quotas;

namespace MailStats.Mail.Tests.Quotas;

public class ExpiryHorizonsTests
{
    private const long Grace = 100;
    private const long Lifetime = 10_000;
    private const long Now = 50_000;

    [Fact]
    public void What_a_host_reported_counts_when_it_has_been_known_for_the_grace()
    {
        var host = HostProgress.First("mx1", 1_000, now: 2_000);
        Assert.Equal(0, host.KnownTo(2_099, Grace));
        Assert.Equal(1_000, host.KnownTo(2_100, Grace));

        var early = host.Report(1_500, 2_050, Grace);
        Assert.Equal((1_000, 1_500), (early.SettlingTo, early.ReportedTo));

        // An older batch that overtakes takes nothing back; the latest time it told of begins to settle.
        var later = early.Report(900, 2_150, Grace);
        Assert.Equal((1_000, 1_500, 2_150), (later.SettledTo, later.SettlingTo, later.SettlingAt));
        Assert.Equal((1_000, 1_500), (later.KnownTo(2_249, Grace), later.KnownTo(2_250, Grace)));
    }

    [Fact]
    public void Without_a_host_that_reports_only_the_lifetime_ends_a_reservation()
    {
        var horizons = new ExpiryHorizons([], Now, Grace, Lifetime);

        Assert.True(horizons.IsDue(Taken(Now - Lifetime)));
        Assert.False(horizons.IsDue(Taken(Now - Lifetime + 1)));
    }

    [Fact]
    public void A_known_host_decides_alone_and_an_unknown_one_waits_for_all()
    {
        var horizons = new ExpiryHorizons([KnownTo("mx1", 49_000), KnownTo("mx2", 45_000)], Now, Grace, Lifetime);

        Assert.True(horizons.IsDue(Taken(48_900, "MX1")));
        Assert.False(horizons.IsDue(Taken(48_901, "mx1")));
        Assert.False(horizons.IsDue(Taken(48_900, "mx2")));
        Assert.False(horizons.IsDue(Taken(48_900, "never-heard-of")));
        Assert.True(horizons.IsDue(Taken(44_900)));
        Assert.False(horizons.IsDue(Taken(44_901)));
        Assert.Equal(48_900, horizons.Latest);
    }

    [Fact]
    public void A_host_that_has_been_silent_for_a_lifetime_holds_nothing_up()
    {
        var silent = KnownTo("mx2", 30_000) with { SeenAt = Now - Lifetime };
        var horizons = new ExpiryHorizons([KnownTo("mx1", 49_000), silent], Now, Grace, Lifetime);

        Assert.True(horizons.IsDue(Taken(48_900)));
    }

    [Fact]
    public void A_clock_that_runs_ahead_does_not_expire_what_was_taken_just_now()
    {
        var horizons = new ExpiryHorizons([KnownTo("mx1", Now + 9_000)], Now, Grace, Lifetime);

        Assert.False(horizons.IsDue(Taken(Now, "mx1")));
    }

    private static HostProgress KnownTo(string host, long at) => new(host, at, at, Now - Grace, 0, Now - Grace);

    private static StoredReservation Taken(long at, string? host = null) => new(new("acme"), "1", 1, 1, null, host, at);
}
