namespace MailStats.Mail.Suppression;

/// <summary>What a tenant, or one of its sending domains, does with the list.</summary>
public sealed record SuppressionSettings
{
    /// <summary>Ten years: past it an entry is meant for ever.</summary>
    public const int MostDays = 3650;

    /// <summary>
    /// How long a weaker reason keeps an address out, where hard bounces are kept longer: a mailbox that was full twice is
    /// emptied some day.
    /// </summary>
    public const int WeakDays = 30;

    public SuppressionMode Mode { get; init; } = SuppressionMode.Observe;

    /// <summary>Days after its last failure until a hard bounce, or what a provider's list told of, is forgiven.</summary>
    public int HardBounceDays { get; init; } = 180;

    /// <summary>The same for complaints; null for never.</summary>
    public int? ComplaintDays { get; init; }

    public PlusAddresses PlusAddresses { get; init; }
}
