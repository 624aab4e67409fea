namespace MailStats.MongoStandIn.Rows;

internal enum TransactionState
{
    Open,
    Committed,
    Aborted,
}

/// <summary>Reads one moment and its own changes. <see cref="Engine"/> ends it.</summary>
internal sealed class Transaction(Held snapshot)
{
    private volatile TransactionState _state;

    public Writer Writer { get; } = new();

    public TransactionState State => _state;

    /// <summary>What it sees; throws when it has been ended, by whomever.</summary>
    public Moment Moment => _state == TransactionState.Open
        ? new(snapshot.Time, Writer)
        : throw new CommandError(
            ErrorCode.NoSuchTransaction, $"The transaction was {(_state == TransactionState.Committed ? "committed" : "aborted")} before.");

    public void End(TransactionState state)
    {
        _state = state;
        snapshot.Dispose();
    }
}
