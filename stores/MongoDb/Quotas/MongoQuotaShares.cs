using MailStats.Mail.Quotas;
using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Quotas;

/// <summary>
/// What processes have taken ahead of tenants' monthly limits, within one transaction or snapshot. Each has a document of its own for a
/// tenant's month, and writes it with every reservation that it grants from it; so does whoever counts, takes back or forbids what was taken
/// ahead. The two conflict, and one begins anew. What was let through and is not in the counter yet (<c>spent</c>) is added wherever the
/// counter is read.
/// </summary>
internal sealed class MongoQuotaShares(MongoDatabase database, IClientSessionHandle session, long now)
{
    /// <summary>A process that has let nothing through for so long gives back what it has.</summary>
    private static readonly long Lease = UnixTime.Microseconds(TimeSpan.FromMinutes(1));

    private readonly List<Share> _shares = [];
    private readonly HashSet<string> _revoked = new(StringComparer.Ordinal);

    public async Task LoadAsync(IReadOnlyCollection<string> tenants, CancellationToken cancellationToken) =>
        _shares.AddRange((await database.QuotaShares.Find(session, new BsonDocument("t", new BsonDocument("$in", new BsonArray(tenants))))
            .ToListAsync(cancellationToken))
            .Select(row => new Share(row)));

    /// <summary>Starts of a tenant's months of which something was taken ahead.</summary>
    public IEnumerable<DateTimeOffset> Months(string tenantId) =>
        _shares.Where(share => share.TenantId == tenantId).Select(share => UnixTime.FromMicroseconds(share.Start)).Distinct();

    /// <summary>What was let through from shares of a month and is not in its counter.</summary>
    public long Spent(QuotaCounter counter) =>
        counter.Key.IsTenantMonth ? Of(counter).Where(share => share.Calendar == counter.Calendar).Sum(share => share.Spent) : 0;

    /// <summary>Nobody lets anything of a tenant through by themselves any more, from this transaction on.</summary>
    public void Revoke(string tenantId) => _revoked.Add(tenantId);

    /// <summary>Lets recipients through from the writer's own share; false when it has not so many.</summary>
    public bool TrySpend(string writer, QuotaCounter month, long recipients)
    {
        if (Of(month).FirstOrDefault(share => share.Writer == writer && share.Calendar == month.Calendar) is not { } mine
            || mine.Left < recipients || mine.Until < now)
        {
            return false;
        }

        (mine.Left, mine.Spent, mine.Until) = (mine.Left - recipients, mine.Spent + recipients, now + Lease);

        return true;
    }

    /// <summary>
    /// Lets recipients through from the next share of a writer that had one before. Others may go on with theirs meanwhile: what one of them
    /// has and what it spent stay the same together. Of two that take a share at once one begins anew, for both move the tenant's book on.
    /// False near the limit or a threshold, where everything is looked at.
    /// </summary>
    /// <param name="writer">Who takes it.</param>
    /// <param name="month">With the recipients counted in.</param>
    /// <param name="recipients">To let through.</param>
    /// <param name="limit">Recipients of the month.</param>
    /// <param name="terms">The tenant's.</param>
    public bool TrySpendNext(string writer, QuotaCounter month, long recipients, long limit, QuotaTerms terms)
    {
        if (Of(month).FirstOrDefault(share => share.Writer == writer && share.Calendar == month.Calendar) is not { } mine
            || Size(mine, month, limit, terms) is not (> 0 and var size))
        {
            return false;
        }

        (mine.Left, mine.Spent, mine.Until) = (size, mine.Spent + recipients, now + Lease);

        return true;
    }

    /// <summary>
    /// Counters that are written hold what was spent of their month. Where limits change, or what is left of one does not hold all that was
    /// taken ahead, everything is taken back.
    /// </summary>
    public void Settle(QuotaChanges changes, IQuotaRows rows)
    {
        foreach (var month in changes.Counters.Where(counter => counter.Key.IsTenantMonth))
        {
            foreach (var share in Of(month))
            {
                share.Spent = 0;
            }

            if (month.Period.Contains(UnixTime.FromMicroseconds(now)))
            {
                Take(month, rows);
            }
        }

        foreach (var share in _shares.Where(share => share.Until < now || _revoked.Contains(share.TenantId)))
        {
            share.Left = 0;
            // A counter of another calendar is not read any more.
            share.Spent = share.Calendar == rows.Terms(share.TenantId).CalendarName ? share.Spent : 0;
        }
    }

    /// <summary>Takes a share for a writer, as large as it may be; its month's counter is being written.</summary>
    public void TakeAhead(string writer, QuotaCounter month, long limit, QuotaTerms terms)
    {
        var mine = Of(month).FirstOrDefault(share => share.Writer == writer && share.Calendar == month.Calendar);
        var size = Size(mine, month, limit, terms);

        if (mine is null && size > 0)
        {
            _shares.Add(mine = new(month, writer));
        }

        if (mine is not null)
        {
            (mine.Left, mine.Until) = (size, now + Lease);
        }
    }

    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var writes = _shares.Where(share => share.IsChanged).Select(share => share.Write()).ToList();

        if (writes.Count > 0)
        {
            await database.QuotaShares.BulkWriteAsync(session, writes, new() { IsOrdered = true }, cancellationToken);
        }
    }

    /// <summary>What was cut otherwise, or is of another month, is not to be spent beside a counter that is written now.</summary>
    private void Take(QuotaCounter month, IQuotaRows rows)
    {
        var tenant = month.Key.Scope.TenantId;
        var current = Of(month).Where(share => share.Calendar == month.Calendar).ToList();

        foreach (var share in _shares.Where(share => share.TenantId == tenant && !current.Contains(share)))
        {
            share.Left = 0;
        }

        if (rows.Limit(month.Key) is not { } limit
            || !QuotaShare.Fits(rows.Terms(tenant).Thresholds, limit.Recipients, month.Used + month.Reserved, current.Sum(share => share.Left)))
        {
            _revoked.Add(tenant);
        }
    }

    private long Size(Share? mine, QuotaCounter month, long limit, QuotaTerms terms) => QuotaShare.Size(
        terms.Thresholds, limit, month.Used + month.Reserved, Of(month).Where(share => share != mine).Sum(share => share.Left));

    private IEnumerable<Share> Of(QuotaCounter month) =>
        _shares.Where(share => share.TenantId == month.Key.Scope.TenantId && share.Start == UnixTime.ToMicroseconds(month.Period.Start));

    private sealed class Share
    {
        private readonly BsonDocument? _stored;

        /// <summary>As it is in the database.</summary>
        public Share(BsonDocument stored)
        {
            _stored = stored;
            (Id, TenantId, Writer, Calendar) = (stored["_id"].AsString, stored["t"].AsString, stored["writer"].AsString, stored["calendar"].AsString);
            Start = stored["start"].ToInt64();
            (Left, Spent, Until) = (stored["left"].ToInt64(), stored["spent"].ToInt64(), stored["until"].ToInt64());
        }

        /// <summary>A new one, of nothing yet.</summary>
        public Share(QuotaCounter month, string writer)
        {
            (TenantId, Writer, Calendar, Start) = (month.Key.Scope.TenantId, writer, month.Calendar, UnixTime.ToMicroseconds(month.Period.Start));
            Id = MongoQuotaDocuments.Id(MongoQuotaDocuments.Id(month.Key, month.Period.Start), writer);
        }

        public string TenantId { get; }

        public string Writer { get; }

        public string Calendar { get; }

        public long Start { get; }

        /// <summary>May still be let through.</summary>
        public long Left { get; set; }

        /// <summary>Was let through and is not in the counter.</summary>
        public long Spent { get; set; }

        public long Until { get; set; }

        public bool IsChanged => _stored is null
            || Left != _stored["left"].ToInt64() || Spent != _stored["spent"].ToInt64() || Until != _stored["until"].ToInt64();

        private string Id { get; }

        public WriteModel<BsonDocument> Write()
        {
            var filter = new BsonDocument("_id", Id);
            var row = new BsonDocument
            {
                { "_id", Id }, { "t", TenantId }, { "writer", Writer }, { "calendar", Calendar }, { "start", Start },
                { "left", Left }, { "spent", Spent }, { "until", Until },
            };

            return (_stored, Left + Spent) switch
            {
                (null, _) => new InsertOneModel<BsonDocument>(row),
                (_, 0) => new DeleteOneModel<BsonDocument>(filter),
                _ => new ReplaceOneModel<BsonDocument>(filter, row),
            };
        }
    }
}
