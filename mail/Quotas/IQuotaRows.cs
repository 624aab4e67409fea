namespace MailStats.Mail.Quotas;

/// <summary>What a <see cref="QuotaLedger"/> reads and sets, as one transaction sees it.</summary>
public interface IQuotaRows
{
    QuotaTerms Terms(string tenantId);

    /// <summary>Null where nothing is limited.</summary>
    StoredLimit? Limit(in QuotaKey key);

    /// <summary>Sets a limit, or removes it (null). <see cref="Limit"/> answers accordingly from then on.</summary>
    void SetLimit(in QuotaKey key, StoredLimit? limit);

    /// <summary>The counter that is kept for the period that begins at <paramref name="start"/>, null when there is none.</summary>
    QuotaCounter? Find(in QuotaKey key, DateTimeOffset start);

    /// <summary>Recipients of the scope that the rollups hold of the period.</summary>
    long SumUsed(in QuotaKey key, in QuotaPeriod period);

    /// <summary>What is left of the scope's reservations that were taken in the period.</summary>
    long SumReserved(in QuotaKey key, in QuotaPeriod period);
}
