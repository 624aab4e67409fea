using System.Collections.Concurrent;
using MailStats.MongoStandIn.Rows;
using MongoDB.Bson;

namespace MailStats.MongoStandIn.Commands;

/// <summary>Results that are given out batch by batch. What they show is kept until they are read to the end or closed.</summary>
internal sealed class Cursors
{
    private const int FirstBatch = 101;
    private const int NextBatch = 1_000;

    private readonly ConcurrentDictionary<long, Cursor> _open = [];
    private long _last;

    public BsonDocument Open(string collection, IEnumerable<BsonDocument> rows, int? batchSize, bool single, Held moment, bool tellTime)
    {
        var cursor = new Cursor(collection, rows.GetEnumerator(), moment);
        var id = Interlocked.Increment(ref _last);
        var batch = cursor.Read(batchSize ?? FirstBatch);

        if (cursor.IsAtEnd || single)
        {
            cursor.Dispose();
            id = 0;
        }
        else
        {
            _open[id] = cursor;
        }

        var answer = new BsonDocument { { "firstBatch", batch }, { "id", id }, { "ns", collection } };

        return new("cursor", tellTime ? answer.Add("atClusterTime", new BsonTimestamp(moment.Time)) : answer);
    }

    public BsonDocument GetMore(Request request)
    {
        request.Allow("getMore", "collection", "batchSize");
        var id = request.Body["getMore"].ToInt64();

        if (!_open.TryGetValue(id, out var cursor))
        {
            throw new CommandError(ErrorCode.CursorNotFound, $"There is no cursor {id}.");
        }

        var batch = cursor.Read(request.Integer("batchSize", NextBatch));

        if (cursor.IsAtEnd)
        {
            Close(id);
            id = 0;
        }

        return new("cursor", new BsonDocument { { "nextBatch", batch }, { "id", id }, { "ns", cursor.Collection } });
    }

    public BsonDocument Kill(Request request)
    {
        request.Allow("killCursors", "cursors");
        var ids = request.Body["cursors"].AsBsonArray;
        var known = ids.Where(id => Close(id.ToInt64())).ToList();

        return new()
        {
            { "cursorsKilled", new BsonArray(known) }, { "cursorsNotFound", new BsonArray(ids.Except(known)) },
            { "cursorsAlive", new BsonArray() }, { "cursorsUnknown", new BsonArray() },
        };
    }

    private bool Close(long id)
    {
        var isOpen = _open.TryRemove(id, out var cursor);
        cursor?.Dispose();

        return isOpen;
    }

    private sealed class Cursor(string collection, IEnumerator<BsonDocument> rows, Held moment) : IDisposable
    {
        public string Collection => collection;

        public bool IsAtEnd { get; private set; }

        public BsonArray Read(int count)
        {
            var batch = new BsonArray();

            while (batch.Count < count && !IsAtEnd)
            {
                if (rows.MoveNext())
                {
                    batch.Add(rows.Current);
                }
                else
                {
                    IsAtEnd = true;
                }
            }

            return batch;
        }

        public void Dispose()
        {
            rows.Dispose();
            moment.Dispose();
        }
    }
}
