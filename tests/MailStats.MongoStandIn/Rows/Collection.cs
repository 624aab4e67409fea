using MailStats.MongoStandIn.Language;
using MongoDB.Bson;

namespace MailStats.MongoStandIn.Rows;

/// <summary>A collection's rows and indexes. Whoever changes anything holds <see cref="Engine"/>'s lock.</summary>
internal sealed class Collection(string name)
{
    private volatile RowIndex[] _indexes = [new(new() { { "v", 2 }, { "key", new BsonDocument("_id", 1) }, { "name", "_id_" }, { "unique", true } })];
    private long _rows;
    private long _count;
    private long _read;

    /// <summary>With its database: <c>database.collection</c>.</summary>
    public string Name => name;

    public IReadOnlyList<RowIndex> Indexes => _indexes;

    /// <summary>Documents that are committed now.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Index entries and documents that were looked at.</summary>
    public long Read => Interlocked.Read(ref _read);

    /// <summary>Bytes of the documents, and of the entries of all indexes.</summary>
    public (long Documents, long Indexes) Bytes()
    {
        var (documents, indexes) = (0L, 0L);

        foreach (var row in _indexes[0].Between(new([], -1), new([], 1), backwards: false).Select(entry => entry.Row!).Distinct())
        {
            if (row.Latest is { Document: { } document } latest)
            {
                documents += Sizes.Of(document);
                indexes += latest.Entries.OfType<Entry>().Sum(Sizes.Of);
            }
        }

        return (documents, indexes);
    }

    /// <summary>A row's latest version counts from now on.</summary>
    public void Committed(Row row) =>
        Volatile.Write(ref _count, _count + (row.Latest?.Document is null ? 0 : 1) - (row.Latest?.Earlier?.Document is null ? 0 : 1));

    /// <summary>Rows as a moment shows them, in the order that is asked for.</summary>
    public IEnumerable<(Row Row, BsonDocument Document)> Find(Filter filter, SortOrder sort, Moment moment)
    {
        var plan = _indexes.Select(index => Plan.Of(index, filter, sort)).OfType<Plan>().MaxBy(plan => plan.Worth)!;
        var found = Scan(plan, filter, moment);

        return plan.InOrder ? found : found.OrderBy(one => one.Document, sort);
    }

    public void Insert(BsonDocument document, in Moment moment)
    {
        var id = document.GetValue("_id", null) ?? throw CommandError.Unknown("documents without a key");

        if (id is BsonDocument key && key.Names.Any(name => name.StartsWith('$')))
        {
            throw new CommandError(ErrorCode.DollarPrefixedFieldName, "_id fields may not contain '$'-prefixed fields.");
        }

        var row = _indexes[0].WithKey([id]).FirstOrDefault();

        if (row?.At(moment) is not null)
        {
            throw Duplicate(_indexes[0], document);
        }

        Put(row ?? new(++_rows), document, moment);
    }

    /// <summary>Puts a document, or none, in the place of what the moment shows.</summary>
    public void Put(Row row, BsonDocument? document, in Moment moment)
    {
        var writer = moment.Own!;
        var latest = row.Latest;
        CheckConflict(latest, moment);
        var indexes = _indexes;
        var entries = new Entry?[indexes.Length];

        for (var index = 0; index < indexes.Length; index++)
        {
            var entry = indexes[index].EntryOf(row, document);

            if (entry is not null && latest?.Entries[index] is { } before && indexes[index].Compare(before, entry) == 0)
            {
                entries[index] = before;
                continue;
            }

            if (entry is not null && index > 0 && indexes[index].IsUnique)
            {
                CheckUnique(indexes[index], entry, document!, moment);
            }

            entries[index] = entry;
        }

        var isOwn = latest?.Writer == writer;
        row.Latest = new(writer, document, entries, isOwn ? latest!.Earlier : latest);

        if (isOwn)
        {
            Forget(row, latest!);
        }
        else
        {
            writer.Changed.Add((this, row));
        }

        for (var index = 0; index < indexes.Length; index++)
        {
            if (entries[index] is { } entry)
            {
                indexes[index].Add(entry);
            }
        }
    }

    /// <summary>Takes back what a writer did that has not committed.</summary>
    public void Undo(Row row)
    {
        var latest = row.Latest!;
        row.Latest = latest.Earlier;
        Forget(row, latest);
    }

    /// <summary>Cuts off what no moment from a time on shows.</summary>
    public void Forget(Row row, long before)
    {
        var oldest = row.Versions.FirstOrDefault(version => version.Writer.CommittedAt is > 0 and var time && time <= before);

        for (var version = oldest?.Earlier; version is not null; version = version.Earlier)
        {
            oldest!.Earlier = version.Earlier;
            Forget(row, version);
        }
    }

    public void AddIndex(BsonDocument definition)
    {
        var index = new RowIndex(definition);

        if (_indexes.FirstOrDefault(known => known.Name == index.Name) is { } same)
        {
            _ = same.Definition.Equals(definition) ? true : throw new CommandError(ErrorCode.IndexOptionsConflict, $"There is another index {index.Name}.");
            return;
        }

        var rows = _indexes[0].Between(new([], -1), new([], 1), backwards: false).Select(entry => entry.Row!).Distinct().ToList();

        foreach (var version in rows.SelectMany(row => row.Versions.Select(version => (Row: row, Version: version))))
        {
            var entry = index.EntryOf(version.Row, version.Version.Document);

            if (entry is not null)
            {
                if (index.IsUnique && index.WithKey(entry.Key).Any(other => other != version.Row))
                {
                    throw Duplicate(index, version.Version.Document!);
                }

                index.Add(entry);
            }

            version.Version.Entries = [.. version.Version.Entries, entry];
        }

        _indexes = [.. _indexes, index];
    }

    public void DropIndex(string name)
    {
        var place = Array.FindIndex(_indexes, index => index.Name == name);

        if (place < 1)
        {
            throw place < 0 || name == "*"
                ? new CommandError(ErrorCode.IndexNotFound, $"index not found with name [{name}]")
                : new CommandError(ErrorCode.InvalidOptions, "cannot drop _id index");
        }

        var rows = _indexes[0].Between(new([], -1), new([], 1), backwards: false).Select(entry => entry.Row!).Distinct();

        foreach (var version in rows.SelectMany(row => row.Versions))
        {
            version.Entries = [.. version.Entries.Where((_, index) => index != place)];
        }

        _indexes = [.. _indexes.Where((_, index) => index != place)];
    }

    private IEnumerable<(Row Row, BsonDocument Document)> Scan(Plan plan, Filter filter, Moment moment)
    {
        foreach (var (from, to) in plan.Ranges)
        {
            foreach (var entry in plan.Index.Between(from, to, plan.Backwards))
            {
                Interlocked.Increment(ref _read);

                if (entry.Row!.At(moment) is { } document && plan.Index.Has(entry, document) && filter.Matches(document))
                {
                    yield return (entry.Row, document);
                }
            }
        }
    }

    private void CheckConflict(Version? latest, in Moment moment)
    {
        if (latest is not null && !moment.Sees(latest.Writer))
        {
            throw new ConflictException(name, latest.Writer.CommittedAt == 0 ? latest.Writer : null);
        }
    }

    /// <summary>
    /// Against everybody: a row that shows the key now is a duplicate; one that came to have it after the moment, or may come
    /// to have it, is a conflict. (A real server may call the former a duplicate as well.)
    /// </summary>
    private void CheckUnique(RowIndex index, Entry entry, BsonDocument document, in Moment moment)
    {
        foreach (var other in index.WithKey(entry.Key).Where(row => row != entry.Row))
        {
            if (other.At(moment) is { } seen && index.EntryOf(other, seen) is { } its && index.Has(its, document))
            {
                throw Duplicate(index, document);
            }

            CheckConflict(other.Latest, moment);
        }
    }

    /// <summary>Takes a version out of the indexes, except where another version of the row has the same key.</summary>
    private void Forget(Row row, Version version)
    {
        var indexes = _indexes;

        for (var index = 0; index < version.Entries.Length; index++)
        {
            if (version.Entries[index] is { } entry
                && !row.Versions.Any(other => other.Entries[index] is { } kept && (kept == entry || indexes[index].Compare(kept, entry) == 0)))
            {
                indexes[index].Remove(entry);
            }
        }
    }

    private CommandError Duplicate(RowIndex index, BsonDocument document) =>
        new(ErrorCode.DuplicateKey, $"E11000 duplicate key error collection: {name} index: {index.Name} "
            + $"dup key: {new BsonDocument(index.Fields.Select(field => new BsonElement(field, document.GetValue(field, BsonNull.Value))))}");
}
