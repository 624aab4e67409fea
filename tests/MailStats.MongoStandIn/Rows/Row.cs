using MongoDB.Bson;

namespace MailStats.MongoStandIn.Rows;

/// <summary>
/// A place for a document, with what was there at every moment that somebody may still look at. Readers take no lock: a
/// version is never changed, only cut off from earlier ones that nobody can ask for any more.
/// </summary>
internal sealed class Row(long number)
{
    private volatile Version? _latest;

    /// <summary>Orders rows that have the same key in an index.</summary>
    public long Number { get; } = number;

    public Version? Latest
    {
        get => _latest;
        set => _latest = value;
    }

    public IEnumerable<Version> Versions
    {
        get
        {
            for (var version = _latest; version is not null; version = version.Earlier)
            {
                yield return version;
            }
        }
    }

    /// <summary>The document as it was at a moment, null when there was none.</summary>
    public BsonDocument? At(in Moment moment)
    {
        for (var version = _latest; version is not null; version = version.Earlier)
        {
            if (moment.Sees(version.Writer))
            {
                return version.Document;
            }
        }

        return null;
    }
}

/// <param name="writer">Whose it is; nobody else sees it before the writer has committed.</param>
/// <param name="document">Null when the document was removed.</param>
/// <param name="entries">Where each index of the collection has it, null where it has not.</param>
/// <param name="earlier">What was there before.</param>
internal sealed class Version(Writer writer, BsonDocument? document, Entry?[] entries, Version? earlier)
{
    private volatile Version? _earlier = earlier;

    public Writer Writer => writer;

    public BsonDocument? Document => document;

    public Entry?[] Entries { get; set; } = entries;

    public Version? Earlier
    {
        get => _earlier;
        set => _earlier = value;
    }
}

/// <summary>Who changes rows: a transaction, or one change outside of any. Others see all of it from one moment on.</summary>
internal sealed class Writer
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _committedAt;

    /// <summary>0 while it has not committed.</summary>
    public long CommittedAt
    {
        get => Volatile.Read(ref _committedAt);
        set => Volatile.Write(ref _committedAt, value);
    }

    public List<(Collection Collection, Row Row)> Changed { get; } = [];

    /// <summary>Committed or aborted.</summary>
    public Task Ended => _ended.Task;

    public void End() => _ended.TrySetResult();
}

/// <summary>What a reader sees: everything that was committed up to a time, and what its own writer has changed since.</summary>
internal readonly record struct Moment(long Time, Writer? Own = null)
{
    public bool Sees(Writer writer) => ReferenceEquals(writer, Own) || (writer.CommittedAt is > 0 and var time && time <= Time);
}

/// <summary>The row was changed after the moment that the writer reads, or is being changed: the first updater wins.</summary>
internal sealed class ConflictException(string collection, Writer? holder) : Exception
{
    /// <summary>Where the row is.</summary>
    public string Collection { get; } = collection;

    /// <summary>Who is changing it, null when the change is committed.</summary>
    public Writer? Holder { get; } = holder;
}
