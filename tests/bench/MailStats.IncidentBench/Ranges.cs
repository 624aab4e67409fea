namespace MailStats.IncidentBench;

/// <summary>What mail and faults are drawn from. The detector's constants were chosen on <see cref="Chosen"/> alone.</summary>
internal sealed record Ranges
{
    public required string Name { get; init; }

    public required int[] MailADay { get; init; }

    /// <summary>Factor on the usual failure rates of a tenant.</summary>
    public required (double Least, double Most) Failing { get; init; }

    /// <summary>Deviation of the logarithm of failure rates from one domain and receiver to the next.</summary>
    public required double Differing { get; init; }

    /// <summary>The same from one day to the next.</summary>
    public required double Wandering { get; init; }

    /// <summary>The same from one campaign's list to the next.</summary>
    public required double Lists { get; init; }

    /// <summary>Share of mail in campaigns.</summary>
    public required (double Least, double Most) Campaigns { get; init; }

    /// <summary>Minutes that a campaign takes.</summary>
    public required (double Least, double Most) CampaignMinutes { get; init; }

    /// <summary>Share of mail that fails in a fault.</summary>
    public required (double Least, double Most) FaultShare { get; init; }

    public required (double Least, double Most) FaultHours { get; init; }

    /// <summary>Share of a fault's failures that other reasons have than the main one.</summary>
    public required double OtherReasons { get; init; }

    /// <summary>Minutes to the first retry, and the factor to the next.</summary>
    public required (double First, double Factor) Retry { get; init; }

    public required double WeekendShare { get; init; }

    public required double GrowthAMonth { get; init; }

    public required int TailProviders { get; init; }

    /// <summary>How much of a day's difference in failure rates is still there on the next: 0 where days have nothing to do with each other.</summary>
    public double Drift { get; init; }

    /// <summary>Mail in the quietest hours, where 1 is what the busiest have more.</summary>
    public double Night { get; init; } = 0.15;

    /// <summary>Deviation of the logarithm of campaigns' sizes.</summary>
    public double CampaignSizes { get; init; } = 0.4;

    /// <summary>Share of all mail that large receivers put off in ordinary times.</summary>
    public (double Least, double Most) Deferring { get; init; }

    /// <summary>Small receivers that have always refused a fifth to three fifths of all mail.</summary>
    public int Forwarders { get; init; }

    /// <summary>Minutes until each retry; <see cref="Retry"/> where there are none.</summary>
    public double[] Retries { get; init; } = [];

    /// <summary>The chance that a retry fails like the attempt before it.</summary>
    public double FailsAgain { get; init; } = 0.3;

    public static Ranges Chosen { get; } = new()
    {
        Name = "chosen",
        MailADay = [25, 120, 600, 3_000, 15_000, 60_000],
        Failing = (0.5, 2),
        Differing = 0.5,
        Wandering = 0.2,
        Lists = 0.5,
        Campaigns = (0, 0.6),
        CampaignMinutes = (10, 180),
        FaultShare = (0.3, 1),
        FaultHours = (0.2, 12),
        OtherReasons = 0.15,
        Retry = (5, 2),
        WeekendShare = 0.4,
        GrowthAMonth = 1.2,
        TailProviders = 40,
    };

    /// <summary>The same with rougher mail: lists, days, domains and receivers differ more.</summary>
    public static Ranges Rough { get; } = Chosen with
    {
        Name = "rough",
        Failing = (0.3, 3),
        Differing = 0.75,
        Wandering = 0.3,
        Lists = 0.75,
        Campaigns = (0.1, 0.7),
        OtherReasons = 0.2,
    };

    /// <summary>Large senders whose days differ much: nobody else has enough mail to see it.</summary>
    public static Ranges Large { get; } = Rough with
    {
        Name = "large",
        MailADay = [10_000, 40_000, 150_000],
        Wandering = 0.4,
        TailProviders = 120,
    };

    /// <summary>
    /// Another kind of mail: newsletters of very different sizes, nights and weekends without mail, rates that drift for days, large
    /// receivers that put off every tenth mail, forwarders that always refuse much, retries by a table that fail again.
    /// </summary>
    public static Ranges Other { get; } = Chosen with
    {
        Name = "other",
        MailADay = [100, 1_000, 10_000, 50_000],
        Failing = (0.3, 3),
        Wandering = 0.15,
        Drift = 0.9,
        Night = 0.01,
        WeekendShare = 0.05,
        Campaigns = (0.3, 0.9),
        CampaignSizes = 1.2,
        CampaignMinutes = (2, 600),
        Deferring = (0.05, 0.15),
        Forwarders = 3,
        Retries = [5, 15, 60],
        FailsAgain = 0.6,
    };

    /// <summary>Rougher, slower, fainter: nothing was tuned on it.</summary>
    public static Ranges Validation { get; } = new()
    {
        Name = "validation",
        MailADay = [10, 60, 400, 2_000, 8_000, 40_000, 120_000],
        Failing = (0.2, 4),
        Differing = 0.8,
        Wandering = 0.35,
        Lists = 0.8,
        Campaigns = (0.1, 0.8),
        CampaignMinutes = (3, 300),
        FaultShare = (0.2, 1),
        FaultHours = (0.1, 20),
        OtherReasons = 0.25,
        Retry = (15, 1.6),
        WeekendShare = 0.15,
        GrowthAMonth = 1.6,
        TailProviders = 120,
    };
}
