using MailStats.Incidents.Detection;

namespace MailStats.IncidentBench;

/// <summary>One sender: its domains, receivers and outgoing addresses, and how often its mail fails in ordinary times.</summary>
internal sealed class Tenant
{
    private static readonly (FailureClass Cause, double Rate)[] Usual =
    [
        (FailureClass.Recipients, 0.012), (FailureClass.Mailbox, 0.006), (FailureClass.Rate, 0.006), (FailureClass.Receiver, 0.006),
        (FailureClass.Content, 0.003), (FailureClass.Reputation, 0.001), (FailureClass.Policy, 0.002), (FailureClass.Dns, 0.001),
        (FailureClass.Authentication, 0.0006), (FailureClass.Configuration, 0.0002), (FailureClass.Unknown, 0.001),
    ];

    private static readonly FailureClass[] Refusing =
        [FailureClass.Policy, FailureClass.Authentication, FailureClass.Recipients, FailureClass.Receiver];

    private readonly Ranges _ranges;
    private readonly Draws _draws;
    private readonly double[] _domainShares;
    private readonly double[] _providerShares;
    private readonly double[,,] _rates;
    private readonly double[] _wander = new double[FailureClasses.Count];
    private readonly double _peak;

    public Tenant(Ranges ranges, Draws draws)
    {
        (_ranges, _draws) = (ranges, draws);
        MailADay = ranges.MailADay[draws.Below(ranges.MailADay.Length)] * draws.Between(0.6, 1.6);
        Domains = Names("d", ".example", MailADay < 100 ? 1 + draws.Below(2) : 1 + (int)draws.Magnitude(1, 30));
        Providers = [.. (string[])["Gmail", "Microsoft", "Yahoo", "Apple", "Comcast", "GMX", "Orange"],
            .. Names("r", ".test", 3 + draws.Below(ranges.TailProviders))];
        Addresses = draws.Chance(0.5) ? [null!] : Names("192.0.2.", "", 1 + draws.Below(4));
        _domainShares = Shares(Domains.Length, index => draws.Factor(1) / (index + 1));
        _providerShares = Shares(Providers.Length, index => index < 7 ? 0.35 / (index + 1) : 0.12 / (Providers.Length - 7) * draws.Factor(0.7));
        CampaignShare = draws.Between(ranges.Campaigns.Least, ranges.Campaigns.Most);
        _peak = draws.Between(9, 19);
        _rates = new double[Domains.Length, Providers.Length, FailureClasses.Count];
        Array.Fill(_wander, 1);
        DrawRates();
        DrawHabits();
    }

    public double MailADay { get; }

    public string[] Domains { get; }

    public string[] Providers { get; }

    public string[] Addresses { get; }

    public double CampaignShare { get; }

    public void NextDay()
    {
        for (var cause = 0; cause < _wander.Length; cause++)
        {
            var drift = Math.Log(_wander[cause]) * _ranges.Drift;
            _wander[cause] = Math.Exp(drift) * _draws.Factor(_ranges.Wandering);
        }
    }

    public double Rate(int domain, int provider, FailureClass cause) =>
        Math.Min(0.97, _rates[domain, provider, (int)cause] * _wander[(int)cause]);

    public int Domain() => _draws.Weighted(_domainShares);

    public int Provider() => _draws.Weighted(_providerShares);

    public Place Cell(int domain, int provider) => new(Domains[domain], Providers[provider], Addresses[_draws.Below(Addresses.Length)]);

    public double DomainShare(int domain) => Share(_domainShares, domain);

    public double ProviderShare(int provider) => Share(_providerShares, provider);

    /// <summary>Mail a minute outside of campaigns.</summary>
    public double Pace(double minute)
    {
        var day = minute / 1440;
        var hour = minute / 60 % 24;
        var wave = _ranges.Night + Math.Pow(Math.Max(0, Math.Cos((hour - _peak) / 24 * 2 * Math.PI) * 0.5 + 0.5), 1.5);
        var week = (int)day % 7 >= 5 ? _ranges.WeekendShare : 1;

        return MailADay / 1440 * (1 - CampaignShare) * wave / (0.42 + _ranges.Night) * week * Math.Pow(_ranges.GrowthAMonth, day / 30);
    }

    /// <summary>The share of a place's mail that fails today for a cause without any fault, and by how many times that is more than on other days.</summary>
    public (double Rate, double Today) True(Place place, FailureClass cause)
    {
        var (all, failed) = (0.0, 0.0);

        if (cause == FailureClass.Silence)
        {
            return (0, 1);
        }

        for (var domain = 0; domain < Domains.Length; domain++)
        {
            for (var provider = 0; provider < Providers.Length; provider++)
            {
                if ((place with { OutgoingIp = null }).Covers(new(Domains[domain], Providers[provider], null)))
                {
                    var share = DomainShare(domain) * ProviderShare(provider);
                    (all, failed) = (all + share, failed + share * Rate(domain, provider, cause));
                }
            }
        }

        return (failed / all, _wander[(int)cause]);
    }

    private void DrawRates()
    {
        var tenant = _draws.Magnitude(_ranges.Failing.Least, _ranges.Failing.Most);

        foreach (var (cause, rate) in Usual)
        {
            var own = tenant * _draws.Factor(_ranges.Differing);
            double[] domains = [.. Domains.Select(_ => _draws.Factor(_ranges.Differing))];
            double[] providers = [.. Providers.Select(_ => _draws.Factor(_ranges.Differing))];

            for (var domain = 0; domain < Domains.Length; domain++)
            {
                for (var provider = 0; provider < Providers.Length; provider++)
                {
                    _rates[domain, provider, (int)cause] = Math.Min(0.3, rate * own * domains[domain] * providers[provider]);
                }
            }
        }

        for (var provider = 7; provider < Providers.Length; provider++)
        {
            var greylisting = _draws.Chance(0.3) ? _draws.Between(0.1, 0.9) : 0;

            for (var domain = 0; domain < Domains.Length; domain++)
            {
                _rates[domain, provider, (int)FailureClass.Greylisting] = greylisting;
            }
        }
    }

    /// <summary>Large receivers that put off some of all mail, and receivers that have always refused much of it.</summary>
    private void DrawHabits()
    {
        for (var provider = 0; provider < (_ranges.Deferring.Most > 0 ? 7 : 0); provider++)
        {
            var cause = _draws.Chance(0.5) ? FailureClass.Greylisting : FailureClass.Rate;
            Everywhere(provider, cause, _draws.Between(_ranges.Deferring.Least, _ranges.Deferring.Most));
        }

        for (var number = 0; number < _ranges.Forwarders; number++)
        {
            Everywhere(7 + _draws.Below(Providers.Length - 7), Refusing[_draws.Below(Refusing.Length)], _draws.Between(0.2, 0.6));
        }

        void Everywhere(int provider, FailureClass cause, double usual)
        {
            for (var domain = 0; domain < Domains.Length; domain++)
            {
                _rates[domain, provider, (int)cause] = usual;
            }
        }
    }

    private static string[] Names(string before, string after, int count) =>
        [.. Enumerable.Range(1, count).Select(number => $"{before}{number}{after}")];

    private static double[] Shares(int count, Func<int, double> weight)
    {
        var shares = new double[count];
        var sum = 0.0;

        for (var index = 0; index < count; index++)
        {
            shares[index] = sum += weight(index);
        }

        return shares;
    }

    private static double Share(double[] cumulated, int index) =>
        (cumulated[index] - (index == 0 ? 0 : cumulated[index - 1])) / cumulated[^1];
}
