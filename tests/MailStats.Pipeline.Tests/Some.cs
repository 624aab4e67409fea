using System.Globalization;
using MailStats.Contracts;

namespace MailStats.Pipeline.Tests;

/// <summary>Events for tests.</summary>
internal static class Some
{
    private static readonly string[] Outcomes = ["delivered", "delivered", "delivered", "bounced", "deferred"];

    /// <summary>Time of all events: now, so that they count in the current period.</summary>
    public static DateTimeOffset Now { get; } = TimeProvider.System.GetUtcNow();

    /// <summary>Deliveries to recipients of their own: of every five, three delivered, one hard bounce, one deferred.</summary>
    public static List<SubmittedEvent> Deliveries(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(number => Delivery(number, Outcomes[number % Outcomes.Length]))];

    public static SubmittedEvent Delivery(int number, string outcome) => new()
    {
        Event = outcome,
        OccurredAt = Now,
        MessageKey = string.Create(CultureInfo.InvariantCulture, $"m{number}"),
        Recipient = string.Create(CultureInfo.InvariantCulture, $"r{number}@example.net"),
        Sender = string.Create(CultureInfo.InvariantCulture, $"news@shop{number % 7}.example"),
        Subject = "Hello",
        Reply = outcome switch
        {
            "bounced" => "550 5.1.1 The email account that you tried to reach does not exist",
            "deferred" => "451 4.7.1 Greylisted, try again later",
            _ => "250 2.0.0 OK",
        },
    };

    /// <summary>What <see cref="Deliveries"/> must add up to.</summary>
    public static Processes.Totals TotalsOf(int count) => new(count, count / 5 * 3, 0, count / 5, count / 5);
}
