using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Time;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Deliveries;

/// <summary>
/// What one transaction has to know of deliveries that are no longer, or not as plainly, in the store. In a store that
/// keeps plain addresses and has removed nothing it costs nothing.
/// </summary>
internal sealed class SqliteForgotten
{
    private readonly SqliteSession _session;
    private readonly AddressForm _form;
    private readonly List<AddressForm> _otherForms = [];
    private readonly Dictionary<long, long> _acceptedBefore = [];
    private readonly AddressPrivacy? _addresses;
    private readonly bool _anyErased;
    private readonly string[] _one = new string[1];

    public SqliteForgotten(SqliteSession session, SqlitePrivacy privacy)
    {
        _session = session;
        _form = privacy.Form;
        session.Prepare("INSERT INTO address_forms (form) VALUES (?1) ON CONFLICT DO NOTHING").Bind(1, (int)_form).Execute();

        var forms = session.Prepare("SELECT form FROM address_forms WHERE form <> ?1").Bind(1, (int)_form);

        while (forms.Step())
        {
            _otherForms.Add((AddressForm)forms.Int(0));
        }

        var trimmed = session.Prepare("SELECT tenant, accepted_before FROM trimmed");

        while (trimmed.Step())
        {
            _acceptedBefore[trimmed.Long(0)] = trimmed.Long(1);
        }

        var erased = session.Prepare("SELECT 1 FROM erased_deliveries LIMIT 1");
        _anyErased = erased.Step();
        erased.Reset();

        if (_anyErased || _otherForms.Count > 0 || _form != AddressForm.Plain)
        {
            _addresses = privacy.Addresses(session);
        }
    }

    /// <summary>Quarter hours before this have no rollups any more.</summary>
    public static long FirstQuarter(SqliteSession session)
    {
        var row = session.Prepare("SELECT first_quarter FROM trimmed_rollups");
        var first = row.Step() ? row.Long(0) : long.MinValue;
        row.Reset();

        return first;
    }

    /// <summary>The event in the form in which it is kept.</summary>
    public ClassifiedDelivery Protect(ClassifiedDelivery delivery) => _addresses?.Protect(delivery, _form) ?? delivery;

    /// <summary>All forms under which a recipient may be kept, the present one first.</summary>
    /// <param name="stored">The present form.</param>
    /// <param name="reported">The address as it was reported.</param>
    public IReadOnlyList<string> FormsOf(string stored, string reported)
    {
        if (_otherForms.Count == 0)
        {
            _one[0] = stored;
            return _one;
        }

        return [stored, .. OtherFormsOf(reported)];
    }

    private IEnumerable<string> OtherFormsOf(string reported) => _otherForms.Select(form => _addresses!.Protect(reported, form));

    /// <summary>True when the delivery of this event was erased, or is of a time whose deliveries were removed by age.</summary>
    public bool Knows(long tenant, DeliveryEvent reported)
    {
        if (_acceptedBefore.TryGetValue(tenant, out var before)
            && UnixTime.ToMicroseconds(reported.AcceptedAt < reported.OccurredAt ? reported.AcceptedAt.Value : reported.OccurredAt) < before)
        {
            return true;
        }

        if (!_anyErased)
        {
            return false;
        }

        var row = _session.Prepare("SELECT 1 FROM erased_deliveries WHERE tenant = ?1 AND identity = ?2")
            .Bind(1, tenant).Bind(2, _addresses!.Identity(reported.MessageKey, reported.Recipient));
        var known = row.Step();
        row.Reset();

        return known;
    }
}
