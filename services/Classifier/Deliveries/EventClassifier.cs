using MailStats.Classifier.Receivers;
using MailStats.Classifier.Replies;
using MailStats.Contracts;
using MailStats.Mail.Addresses;

namespace MailStats.Classifier.Deliveries;

/// <summary>
/// Classifies events one after the other. Those of a delivery come side by side and mostly tell of the same server and the
/// same reply, so the last answers are kept.
/// </summary>
internal sealed class EventClassifier(ReplyClassifier classifier)
{
    private (string? Host, string Domain, string? Receiver, string Provider) _last = (null, "", null, ReceivingProvider.Of(null, ""));
    private (SmtpReply Reply, Classification? Verdict) _failed;

    public ClassifiedDelivery Classify(DeliveryEvent delivery)
    {
        var domain = EmailAddress.DomainOf(delivery.Recipient);

        if (delivery.RemoteHost != _last.Host || !domain.SequenceEqual(_last.Domain))
        {
            var named = domain.ToString();
            var receiver = ReceivingProvider.Find(delivery.RemoteHost, named);
            _last = (delivery.RemoteHost, named, receiver, receiver ?? ReceivingProvider.Of(null, named));
        }

        return new ClassifiedDelivery
        {
            Event = delivery,
            Provider = _last.Provider,
            Classification = FailedReply.Is(delivery.Kind) ? Classify(FailedReply.Of(delivery, _last.Domain)) : null,
        };
    }

    private Classification Classify(in SmtpReply reply)
    {
        if (_failed.Verdict is not { } verdict || reply != _failed.Reply)
        {
            verdict = classifier.Classify(reply, _last.Receiver);
            _failed = (reply, verdict);
        }

        return verdict;
    }
}
