namespace MailStats.MongoStandIn;

/// <summary>MongoDB's own codes and their names.</summary>
internal enum ErrorCode
{
    BadValue = 2,
    HostUnreachable = 6,
    HostNotFound = 7,
    Unauthorized = 13,
    AuthenticationFailed = 18,
    LockTimeout = 24,
    NamespaceNotFound = 26,
    IndexNotFound = 27,
    PathNotViable = 28,
    CursorNotFound = 43,
    MaxTimeMSExpired = 50,
    DollarPrefixedFieldName = 52,
    CommandNotFound = 59,
    InvalidOptions = 72,
    IndexOptionsConflict = 85,
    NetworkTimeout = 89,
    ShutdownInProgress = 91,
    UnsatisfiableWriteConcern = 100,
    WriteConflict = 112,
    PrimarySteppedDown = 189,
    TransactionTooOld = 225,
    NotImplemented = 238,
    SnapshotTooOld = 239,
    SnapshotUnavailable = 246,
    NoSuchTransaction = 251,
    ExceededTimeLimit = 262,
    SocketException = 9001,
    NotWritablePrimary = 10107,
    DuplicateKey = 11000,
    InterruptedAtShutdown = 11600,
    Interrupted = 11601,
    InterruptedDueToReplStateChange = 11602,
    NotPrimaryNoSecondaryOk = 13435,
    NotPrimaryOrSecondary = 13436,
}

/// <summary>What a command is answered with instead of a result.</summary>
internal sealed class CommandError(ErrorCode code, string message) : Exception(message)
{
    public ErrorCode Code { get; } = code;

    /// <summary>The transaction may be begun anew.</summary>
    public bool IsTransient => Code is ErrorCode.WriteConflict or ErrorCode.NoSuchTransaction;

    /// <summary>Something that MongoDB can and no store uses. A store that begins to use it fails its tests instead of passing them by luck.</summary>
    public static CommandError Unknown(string what) =>
        new(ErrorCode.NotImplemented, $"The stand-in for MongoDB does not know {what}: teach it, or test against a real replica set.");
}
