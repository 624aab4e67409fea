using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;

namespace MailStats.Mail.Tests.Statistics;

public sealed class EventMergeTests
{
    private readonly ReportedTimes _reported = new();

    [Fact]
    public void An_event_that_is_told_twice_changes_once()
    {
        var merge = new EventMerge(_reported);
        var delivery = new TouchedDelivery<long>();

        merge.Add(Some.Delivered(), delivery, forgotten: false, Some.Acknowledged);
        merge.Add(Some.Delivered(), delivery, forgotten: false, Some.Acknowledged);

        Assert.Equal(1, merge.Changed);
        Assert.Equal([("acme", "example.org")], merge.Touched);
    }

    [Fact]
    public void A_domain_that_loses_a_delivery_is_touched_too()
    {
        var stored = new DeliveryState();
        stored.Merge(Some.Delivered(at: Some.Noon));
        var delivery = new TouchedDelivery<long>();
        delivery.Found(7, stored);
        var merge = new EventMerge(_reported);

        merge.Add(Some.Accepted(sender: "shop@other.example"), delivery, forgotten: false, Some.Acknowledged);

        Assert.Contains(("acme", "example.org"), merge.Touched);
        Assert.Contains(("acme", "other.example"), merge.Touched);
    }

    [Fact]
    public void A_forgotten_event_changes_nothing_but_its_host_has_reported()
    {
        var merge = new EventMerge(_reported);
        var delivery = new TouchedDelivery<long>();

        merge.Add(Told("mx1", 1), delivery, forgotten: true, Some.Acknowledged);

        Assert.Equal(0, merge.Changed);
        Assert.Empty(merge.Touched);
        Assert.True(delivery.IsUnknown);
        Assert.Single(_reported.ByHost());
    }

    [Fact]
    public void A_delivery_is_unknown_until_it_is_found_or_an_event_makes_it()
    {
        var found = new TouchedDelivery<long>();
        found.Found(1, new());
        var made = new TouchedDelivery<long>();
        new EventMerge(_reported).Add(Some.Delivered(), made, forgotten: false, Some.Acknowledged);

        Assert.False(found.IsUnknown);
        Assert.False(made.IsUnknown);
        Assert.True(new TouchedDelivery<long>().IsUnknown);
    }

    [Fact]
    public void Of_several_rows_of_one_delivery_the_first_counts()
    {
        var delivery = new TouchedDelivery<long>();
        var (first, second) = (new DeliveryState(), new DeliveryState());

        delivery.Found(1, first);
        delivery.Found(2, second);

        Assert.Equal(1, delivery.Row);
        Assert.Same(first, delivery.State);
    }

    [Fact]
    public void Only_a_delivery_that_was_not_stored_and_has_a_queue_id_is_new_to_quotas()
    {
        var without = new TouchedDelivery<long>();
        var with = new TouchedDelivery<long>();
        var stored = new TouchedDelivery<long>();
        var merge = new EventMerge(_reported);
        merge.Add(Some.Delivered(), without, forgotten: false, Some.Acknowledged);
        merge.Add(Queued(), with, forgotten: false, Some.Acknowledged);
        stored.Found(1, with.State);

        Assert.Null(without.AsNew("acme", null));
        Assert.Null(stored.AsNew("acme", null));
        Assert.Equal("4xYz", with.AsNew("acme", Contribution.Of(with.State))!.Value.QueueId);
    }

    [Fact]
    public void Each_host_has_reported_up_to_its_latest_event_however_they_alternate()
    {
        foreach (var (host, minute) in new[] { ("mx1", 3), ("mx1", 1), ("mx2", 9), ("mx1", 2), ("mx2", 4), ("mx1", 5) })
        {
            _reported.Add(Told(host, minute).Event);
        }

        Assert.Equal(
            [("mx1", 5), ("mx2", 9)],
            _reported.ByHost().Select(
                pair => (pair.Key.Host, (int)((pair.Value - (Some.Noon - DateTimeOffset.UnixEpoch).TotalMicroseconds) / 60_000_000))).Order());
    }

    [Fact]
    public void Events_without_a_host_report_nothing()
    {
        _reported.Add(Some.Delivered().Event);

        Assert.Empty(_reported.ByHost());
    }

    private static ClassifiedDelivery Told(string host, int minute) =>
        Some.Event(DeliveryEventKind.Delivered, at: Some.Noon.AddMinutes(minute), with: reported => reported with { ReportingHost = host });

    private static ClassifiedDelivery Queued() => Some.Event(DeliveryEventKind.Delivered, with: reported => reported with { QueueId = "4xYz" });
}
