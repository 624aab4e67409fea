using System.Collections.Concurrent;
using MailStats.MongoStandIn.Rows;
using MongoDB.Bson;

namespace MailStats.MongoStandIn.Commands;

/// <summary>What each session is at: its transaction, or the last write that could come again.</summary>
/// <param name="engine">What keeps the rows.</param>
/// <param name="time">What transactions are measured by.</param>
/// <param name="lifetime">An open transaction is ended after this, as the server does with those that a client left.</param>
internal sealed class Sessions(Engine engine, TimeProvider time, TimeSpan lifetime)
{
    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    /// <summary>Runs a command, within its transaction where it has one; a write that comes again is answered as the first time.</summary>
    public async Task<BsonDocument> RunAsync(Request request, Func<Transaction?, Task<BsonDocument>> run, CancellationToken cancellationToken)
    {
        if (request.SessionId is not { } id || request.Number is not { } number)
        {
            return await run(null);
        }

        var session = _sessions.GetOrAdd(id, _ => new());
        // The first may still be at it when the second comes: the client has lost the connection, not the server the command.
        await session.Turn.WaitAsync(cancellationToken);

        try
        {
            if (number < session.Number)
            {
                throw new CommandError(ErrorCode.TransactionTooOld, $"Number {number} comes after number {session.Number} of the session.");
            }

            return request.IsInTransaction ? await WithinAsync(session, number, request, run) : await OnceAsync(session, number, run);
        }
        finally
        {
            session.Turn.Release();
        }
    }

    public async Task EndAsync(string id)
    {
        if (_sessions.TryRemove(id, out var session))
        {
            await session.Turn.WaitAsync();
            Begin(session, session.Number);
            session.Turn.Release();
        }
    }

    private async Task<BsonDocument> WithinAsync(Session session, long number, Request request, Func<Transaction?, Task<BsonDocument>> run)
    {
        if (request.StartsTransaction)
        {
            Begin(session, number);
            var begun = engine.Begin();
            session.Transaction = begun;
            session.Lifetime = time.CreateTimer(_ => engine.Abort(begun), null, lifetime, Timeout.InfiniteTimeSpan);
        }

        var transaction = session.Number == number && session.Transaction is { } known
            ? known
            : throw new CommandError(ErrorCode.NoSuchTransaction, $"The session has no transaction {number}.");

        switch (request.Name)
        {
            case "commitTransaction":
                session.Lifetime?.Dispose();

                return engine.Commit(transaction) ? [] : throw new CommandError(ErrorCode.NoSuchTransaction, "The transaction was aborted before.");
            case "abortTransaction":
                _ = transaction.Moment;
                session.Lifetime?.Dispose();
                engine.Abort(transaction);

                return [];
            default:
                _ = transaction.Moment;

                return await run(transaction);
        }
    }

    private async Task<BsonDocument> OnceAsync(Session session, long number, Func<Transaction?, Task<BsonDocument>> run)
    {
        if (session.Number == number && session.Answer is { } given)
        {
            return given;
        }

        Begin(session, number);

        return session.Answer = await run(null);
    }

    /// <summary>Whatever the session was at before is over.</summary>
    private void Begin(Session session, long number)
    {
        if (session.Transaction is { } before)
        {
            engine.Abort(before);
        }

        session.Lifetime?.Dispose();
        (session.Number, session.Transaction, session.Answer, session.Lifetime) = (number, null, null, null);
    }

    private sealed class Session
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public long Number { get; set; } = -1;

        public Transaction? Transaction { get; set; }

        public ITimer? Lifetime { get; set; }

        /// <summary>To the retryable write of this number.</summary>
        public BsonDocument? Answer { get; set; }
    }
}
