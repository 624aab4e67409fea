using MailStats.Mail.Suppression;
using MailStats.ServiceDefaults;

namespace MailStats.Query.Suppression;

/// <summary>What is to be done with the suppression list.</summary>
public sealed record SuppressionSettingsBody
{
    /// <summary><c>off</c>, <c>observe</c> (count what would have been refused) or <c>enforce</c> (refuse it).</summary>
    public SuppressionMode Mode { get; init; } = SuppressionMode.Observe;

    /// <summary>Days after the last failure until a hard bounce or a provider's entry is forgiven, 1 to 3,650.</summary>
    /// <example>180</example>
    public int HardBounceDays { get; init; } = new SuppressionSettings().HardBounceDays;

    /// <summary>The same for complaints; null for never.</summary>
    /// <example>730</example>
    public int? ComplaintDays { get; init; }

    /// <summary><c>exact</c>: ann+news@example.net is an address of its own; <c>same</c>: it is ann@example.net.</summary>
    public PlusAddresses PlusAddresses { get; init; }

    internal SuppressionSettings ToSettings() => new()
    {
        Mode = Mode,
        HardBounceDays = HardBounceDays,
        ComplaintDays = ComplaintDays,
        PlusAddresses = PlusAddresses,
    };

    internal FieldProblems FindProblems()
    {
        var problems = new FieldProblems();

        foreach (var (name, days) in ((string, int?)[])[("hardBounceDays", HardBounceDays), ("complaintDays", ComplaintDays)])
        {
            if (days is < 1 or > SuppressionSettings.MostDays)
            {
                problems.Add(name, $"must be a whole number from 1 to {SuppressionSettings.MostDays}");
            }
        }

        return problems;
    }
}

/// <summary>What is done with the suppression list.</summary>
public sealed record SuppressionSettingsView
{
    /// <summary><c>off</c>, <c>observe</c> (count what would have been refused) or <c>enforce</c> (refuse it).</summary>
    public required SuppressionMode Mode { get; init; }

    /// <summary>Days after the last failure until a hard bounce or a provider's entry is forgiven.</summary>
    /// <example>180</example>
    public required int HardBounceDays { get; init; }

    /// <summary>The same for complaints; null for never.</summary>
    /// <example>730</example>
    public required int? ComplaintDays { get; init; }

    /// <summary><c>exact</c>: ann+news@example.net is an address of its own; <c>same</c>: it is ann@example.net.</summary>
    public required PlusAddresses PlusAddresses { get; init; }

    internal static SuppressionSettingsView Of(SuppressionSettings settings) => new()
    {
        Mode = settings.Mode,
        HardBounceDays = settings.HardBounceDays,
        ComplaintDays = settings.ComplaintDays,
        PlusAddresses = settings.PlusAddresses,
    };
}
