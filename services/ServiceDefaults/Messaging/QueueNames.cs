namespace MailStats.ServiceDefaults;

/// <summary>Names of queues that more than one place has to know.</summary>
public static class QueueNames
{
    /// <summary>The classifier's, for <c>DeliveriesReported</c>.</summary>
    public const string DeliveriesReported = "classifier.deliveries-reported";

    /// <summary>The aggregator's, for <c>DeliveriesClassified</c>. Acknowledged there means committed.</summary>
    public const string DeliveriesClassified = "aggregator.deliveries-classified";

    /// <summary>
    /// What the name of a queue of one process begins with, for messages that may be missed: not replicated, not retried, gone
    /// with the process.
    /// </summary>
    public const string TemporaryPrefix = "temporary.";

    /// <summary>A name no other process has.</summary>
    public static string Temporary(string purpose) => $"{TemporaryPrefix}{purpose}.{Guid.CreateVersion7():n}";
}
