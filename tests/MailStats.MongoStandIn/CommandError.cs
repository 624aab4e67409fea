namespace MailStats.MongoStandIn;

/// <summary>MongoDB's own codes and their names.</summary>
internal enum ErrorCode
{
    BadValue = 2,
    Unauthorized = 13,
    AuthenticationFailed = 18,
    CursorNotFound = 43,
    DollarPrefixedFieldName = 52,
    CommandNotFound = 59,
    IndexOptionsConflict = 85,
    WriteConflict = 112,
    TransactionTooOld = 225,
    NotImplemented = 238,
    SnapshotTooOld = 239,
    NoSuchTransaction = 251,
    DuplicateKey = 11000,
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
