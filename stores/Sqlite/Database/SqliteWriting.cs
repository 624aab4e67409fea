using MailStats.Stores.Notifications;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>A change that waits for the writer.</summary>
internal abstract class SqliteWriting(object? group, int weight)
{
    public object? Group => group;

    /// <summary>The trace of who asked for it: the writer runs it outside of any.</summary>
    public string? Trace { get; } = NoticeTrace.Current;

    public int Weight => weight;

    public abstract bool IsCancelled();

    public abstract void Run(SqliteSession session);

    public abstract void Complete();

    public abstract void Fail(Exception error);
}

internal sealed class SqliteWriting<T>(Func<SqliteSession, T> change, object? group, int weight, CancellationToken cancellationToken)
    : SqliteWriting(group, weight)
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Task => _completion.Task;

    public override bool IsCancelled() => cancellationToken.IsCancellationRequested && _completion.TrySetCanceled(cancellationToken);

    public override void Run(SqliteSession session) => _result = change(session);

    public override void Complete() => _completion.TrySetResult(_result!);

    public override void Fail(Exception error) => _completion.TrySetException(error);
}

/// <summary>Nothing to write: tells the writer that something urgent waits.</summary>
internal sealed class SqliteWakeUp() : SqliteWriting(group: null, weight: 0)
{
    public static readonly SqliteWakeUp Instance = new();

    public override bool IsCancelled() => true;

    public override void Run(SqliteSession session)
    {
    }

    public override void Complete()
    {
    }

    public override void Fail(Exception error)
    {
    }
}
