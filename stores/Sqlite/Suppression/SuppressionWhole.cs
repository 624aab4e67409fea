using MailStats.Mail.Lists;
using MailStats.Mail.Suppression;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Suppression;

/// <summary>All addresses of a tenant that a comparison of lists may be about.</summary>
internal sealed class SuppressionWhole(SqliteSession session, string tenantId)
{
    /// <summary>The condition of the index of the same name, to the letter: evidence of kind 4 in the facts, which are JSON without spaces.</summary>
    private const string OfProviders =
        "SELECT number, domain, address, facts FROM suppressions INDEXED BY suppressions_of_providers "
        + "WHERE tenant = ?1 AND instr(facts, X'226B223A34') > 0 AND domain = ''";

    /// <summary>Of a long list most was never delivered to: such rows have no deliveries, which begin with <c>"l":[{</c>.</summary>
    private const string Listed =
        "SELECT number, domain, address, facts FROM suppressions INDEXED BY suppressions_listed "
        + "WHERE tenant = ?1 AND cause > 0 AND instr(facts, X'226C223A5B7B') > 0";

    public void Walk(ComparisonSide side, ComparedPage compared, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, SuppressionSettings>(StringComparer.Ordinal);
        var rows = session.Prepare(side == ComparisonSide.Ours ? Listed : OfProviders).Bind(1, tenantId);

        while (rows.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var domain = rows.Text(1);

            if (!settings.TryGetValue(domain, out var own))
            {
                own = SqliteSuppressionSettings.Read(session, tenantId, domain.Length > 0 ? domain : null);
                settings.Add(domain, own);
            }

            var listed = new ListedAddress(tenantId, domain.Length > 0 ? domain : null, rows.Text(2));
            compared.Consider(listed, rows.Long(0), SuppressionFacts.Read(rows.Blob(3)), own);
        }
    }
}
