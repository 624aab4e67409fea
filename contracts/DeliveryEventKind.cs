namespace MailStats.Contracts;

/// <summary>What happened to one recipient of one message. Values are written as numbers on the bus: append only.</summary>
public enum DeliveryEventKind
{
    /// <summary>Not given. Never published.</summary>
    Unknown = 0,

    /// <summary>The message was taken into the queue for this recipient.</summary>
    Accepted = 1,

    /// <summary>A temporary failure; the MTA goes on trying.</summary>
    Deferred = 2,

    /// <summary>The receiving server took the message (2xx to the end of data).</summary>
    Delivered = 3,

    /// <summary>Final failure: the receiving server or the resolver gave a permanent answer, or the MTA gave up on one.</summary>
    Bounced = 4,

    /// <summary>Final failure: the queue lifetime ended after temporary failures only.</summary>
    Expired = 5,

    /// <summary>Refused when it was submitted: never queued, never counted.</summary>
    Rejected = 6,

    /// <summary>The recipient complained (feedback loop, RFC 5965). Stands beside the status, does not change it.</summary>
    Complained = 7,
}
