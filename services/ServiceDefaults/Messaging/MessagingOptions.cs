using System.ComponentModel.DataAnnotations;

namespace MailStats.ServiceDefaults;

/// <summary>Section <c>Messaging</c>.</summary>
public sealed class MessagingOptions
{
    public const string Section = "Messaging";

    internal const string Broker = "RabbitMq";

    /// <summary><c>InMemory</c> (all modules in one process) or <c>RabbitMq</c>.</summary>
    [RegularExpression("^(InMemory|RabbitMq)$", ErrorMessage = "Messaging:Transport must be InMemory or RabbitMq")]
    public string Transport { get; set; } = "InMemory";

    /// <summary>AMQP address of the broker with user, password and virtual host.</summary>
    [RegularExpression("^amqps?://.+", ErrorMessage = "Messaging:Uri must begin with amqp:// or amqps://")]
    public string Uri { get; set; } = "amqp://guest:guest@localhost:5672/";

    /// <summary>Messages (of up to 500 events) that a consumer holds at once.</summary>
    [Range(1, 1000, ErrorMessage = "Messaging:Prefetch must be 1 to 1000")]
    public ushort Prefetch { get; set; } = 8;

    /// <summary>
    /// Attempts after the first before a message goes to its queue's error queue, or in memory to the quarantine; one to
    /// thirty seconds apart.
    /// </summary>
    [Range(0, 100, ErrorMessage = "Messaging:Retries must be 0 to 100")]
    public int Retries { get; set; } = 5;

    /// <summary>
    /// True to take up again, at start, the batches in quarantine: after an upgrade that can process them. What fails again
    /// goes back. In memory only; a broker's error queues are replayed with its own tools.
    /// </summary>
    public bool ReplayQuarantine { get; set; }
}
