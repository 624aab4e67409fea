using System.ComponentModel.DataAnnotations;
using MailStats.Stores.Administration;

namespace MailStats.Policy;

/// <summary>Section <c>Policy</c>.</summary>
public sealed class PolicyOptions
{
    public const string Section = "Policy";

    /// <summary>
    /// Where MTAs ask: <c>127.0.0.1:10033</c>, <c>[::1]:10033</c> or <c>unix:/var/spool/postfix/private/mailstats</c>. Serves
    /// Postfix and Exim alike. Empty: nothing listens.
    /// </summary>
    public IList<string> Listen { get; } = [];

    /// <summary>The same for peers that wait for the end of the answer without closing their side: answers one request and closes.</summary>
    public IList<string> ListenOnce { get; } = [];

    /// <summary>Octal permissions of UNIX sockets; the MTA must be able to write.</summary>
    [RegularExpression("^0?[0-7]{3}$", ErrorMessage = "Policy:SocketMode must be three octal digits")]
    public string SocketMode { get; set; } = "666";

    /// <summary>How many MTA sessions are served at once. More are closed unanswered, which the MTA takes as trouble.</summary>
    [Range(1, 100_000)]
    public int MaxSessions { get; set; } = 4096;

    /// <summary>How long a session may be silent between requests. Postfix closes after 300 s, or 1000 s when it is busy; so it goes first.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a request that has begun may take to arrive.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a decision may take before it is trouble. Below the time-out that the MTA is given (3 s in the documentation).</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:40")]
    public TimeSpan DecisionTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// What an MTA hears when no decision could be made: <c>Disconnect</c> (nothing; the MTA's own <c>default_action</c>
    /// decides), <c>Allow</c> (fail open) or <c>Defer</c> (fail closed: 451 4.3.5). Each is counted as a miss.
    /// </summary>
    public TroubleAnswer OnTrouble { get; set; } = TroubleAnswer.Disconnect;

    /// <summary>The tenant of authenticated senders whose domain nobody has validated; Standalone's own by default. Empty: their mail is not charged.</summary>
    public string DefaultTenant { get; set; } = "default";

    /// <summary>What listeners of the MTA are for, by their <c>policy_context</c>.</summary>
    public IDictionary<string, PolicyContext> Contexts { get; } = new Dictionary<string, PolicyContext>(StringComparer.Ordinal);
}

/// <summary>See <see cref="PolicyOptions.OnTrouble"/>.</summary>
public enum TroubleAnswer
{
    Disconnect = 0,
    Allow = 1,
    Defer = 2,
}

/// <summary>One listener of an MTA, told apart by Postfix's <c>policy_context</c>.</summary>
public sealed class PolicyContext
{
    /// <summary>Charge this tenant whatever the sender.</summary>
    public string? Tenant { get; set; }

    /// <summary>True when mail without a login is outbound too (a listener for <c>mynetworks</c> only).</summary>
    public bool WithoutLogin { get; set; }

    /// <summary>The host name that this MTA's log reports under.</summary>
    public string? Host { get; set; }
}
