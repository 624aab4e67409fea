using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Deliveries;

/// <summary>How this store keeps addresses, and what a transaction has to know of deliveries that are no longer there.</summary>
internal sealed class MongoForgotten
{
    private readonly AddressForm _form;
    private readonly List<AddressForm> _otherForms;
    private readonly Dictionary<string, long> _acceptedBefore = new(StringComparer.Ordinal);
    private readonly AddressPrivacy? _addresses;
    private readonly bool _anyErased;

    private MongoForgotten(AddressForm form, List<AddressForm> otherForms, AddressPrivacy? addresses, IEnumerable<BsonDocument> facts)
    {
        (_form, _otherForms, _addresses) = (form, otherForms, addresses);
        FirstQuarter = long.MinValue;

        foreach (var fact in facts)
        {
            var id = fact["_id"].AsString;
            _anyErased |= id == "erased";
            FirstQuarter = id == "rollups" ? fact["firstQuarter"].ToInt64() : FirstQuarter;

            if (id.StartsWith("trimmed:", StringComparison.Ordinal))
            {
                _acceptedBefore[id[8..]] = fact["acceptedBefore"].ToInt64();
            }
        }
    }

    /// <summary>Quarter hours before this have no rollups any more.</summary>
    public long FirstQuarter { get; }

    /// <summary>True when a delivery that is not found may have been erased.</summary>
    public bool AnyErased => _anyErased;

    /// <summary>Within a transaction, so that what is removed meanwhile is seen.</summary>
    public static async Task<MongoForgotten> ReadAsync(
        MongoDatabase database, MongoPrivacy privacy, IClientSessionHandle session, IEnumerable<string> tenants, CancellationToken cancellationToken)
    {
        var wantedFacts = Enum.GetValues<AddressForm>()
            .Select(MongoPrivacy.FactOf)
            .Concat(["erased", "rollups"])
            .Concat(tenants.Select(tenant => "trimmed:" + tenant));
        var facts = await database.Facts
            .Find(session, new BsonDocument("_id", new BsonDocument("$in", new BsonArray(wantedFacts))))
            .ToListAsync(cancellationToken);
        var forms = facts.Where(fact => fact["_id"].AsString.StartsWith("form:", StringComparison.Ordinal)).Select(fact => (AddressForm)fact["form"].ToInt32());
        var others = forms.Where(form => form != privacy.Form).ToList();
        var wanted = others.Count > 0 || privacy.Form != AddressForm.Plain || facts.Exists(fact => fact["_id"].AsString == "erased");

        return new(privacy.Form, others, wanted ? await privacy.AddressesAsync(cancellationToken) : null, facts);
    }

    public ClassifiedDelivery Protect(ClassifiedDelivery delivery) => _addresses?.Protect(delivery, _form) ?? delivery;

    /// <summary>Keys under which a delivery may be kept, the present one first.</summary>
    public IEnumerable<DeliveryKey> KeysOf(DeliveryEvent stored, string plainRecipient) =>
        _otherForms.Select(form => new DeliveryKey(stored.TenantId, stored.MessageKey, _addresses!.Protect(plainRecipient, form)))
            .Prepend(DeliveryKey.Of(stored));

    /// <summary>True when the event is of a time whose deliveries were removed by age.</summary>
    public bool IsTrimmed(DeliveryEvent reported) =>
        _acceptedBefore.TryGetValue(reported.TenantId, out var before)
        && UnixTime.ToMicroseconds(reported.AcceptedAt < reported.OccurredAt ? reported.AcceptedAt.Value : reported.OccurredAt) < before;

    public BsonBinaryData Identity(DeliveryEvent stored) => new(_addresses!.Identity(stored.MessageKey, stored.Recipient));
}
