using MailStats.Mail.Brake;

namespace MailStats.Query.Brake;

/// <summary>What the brake is to do.</summary>
public sealed record BrakeSettingsBody
{
    /// <summary><c>off</c>, <c>observe</c> (list what would have been stopped) or <c>enforce</c> (stop it with 451 until it is released).</summary>
    public BrakeMode Mode { get; init; } = BrakeMode.Observe;

    /// <summary>Recipients that any mailbox may have in an hour, 1 to 1,000,000; null for no fixed limit.</summary>
    public long? PerHour { get; init; }
}

/// <summary>What the brake does.</summary>
public sealed record BrakeSettingsView
{
    /// <summary><c>off</c>, <c>observe</c> (list what would have been stopped) or <c>enforce</c> (stop it with 451 until it is released).</summary>
    public required BrakeMode Mode { get; init; }

    /// <summary>Recipients that any mailbox may have in an hour; null for no fixed limit.</summary>
    public required long? PerHour { get; init; }

    internal static BrakeSettingsView Of(BrakeSettings settings) => new() { Mode = settings.Mode, PerHour = settings.PerHour };
}
