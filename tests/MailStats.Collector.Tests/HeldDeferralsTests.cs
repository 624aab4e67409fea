using FsCheck;
using FsCheck.Fluent;
using MailStats.Collector.Import;
using MailStats.Collector.Sending;
using MailStats.Contracts;

namespace MailStats.Collector.Tests;

public sealed class HeldDeferralsTests
{
    private readonly HeldDeferrals _held = new(capacity: 4);
    private readonly List<PlacedEvent> _ready = [];

    [Fact]
    public void A_delivery_s_events_come_out_side_by_side()
    {
        Add("deferred", "ann", 1);
        Add("deferred", "bob", 2);
        Add("delivered", "cleo", 3);
        Add("deferred", "ann", 4);
        Add("delivered", "ann", 5);

        Assert.Equal(["3 delivered cleo", "1 deferred ann", "4 deferred ann", "5 delivered ann"], Out());

        _held.Drain(_ready);
        Assert.Equal("2 deferred bob", Out()[^1]);
    }

    [Fact]
    public void Recipients_of_one_message_are_held_apart()
    {
        Add("deferred", "ann", 1);
        Add("deferred", "bob", 2);
        Add("bounced", "bob", 3);

        Assert.Equal(["2 deferred bob", "3 bounced bob"], Out());
    }

    [Fact]
    public void When_there_are_too_many_the_delivery_that_was_longest_without_one_goes_out_as_it_is()
    {
        Add("deferred", "ann", 1);
        Add("deferred", "bob", 2);
        Add("deferred", "ann", 3);
        Add("deferred", "cleo", 4);
        Assert.Empty(Out());

        Add("deferred", "dan", 5);
        Assert.Equal(["2 deferred bob"], Out());

        Add("deferred", "cleo", 6);
        Assert.Equal(["2 deferred bob", "1 deferred ann", "3 deferred ann"], Out());
    }

    /// <summary>Whatever is read: nothing is lost, doubled or held beyond the capacity, and a delivery's events keep their order.</summary>
    [Fact]
    public void Everything_comes_out_once_in_the_order_of_its_delivery() => Prop.ForAll(
        (from kind in Gen.Elements("deferred", "deferred", "delivered", "bounced", "rejected")
         from recipient in Gen.Choose(1, 6)
         select (kind, recipient)).ListOf().ToArbitrary(),
        told =>
        {
            var held = new HeldDeferrals(capacity: 4);
            var ready = new List<PlacedEvent>();
            var line = 0;

            foreach (var (kind, recipient) in told)
            {
                held.Add(Told(kind, $"r{recipient}", ++line), ready);
                Assert.InRange(line - ready.Count, 0, 4);
            }

            held.Drain(ready);
            Assert.Equal(Enumerable.Range(1, line), ready.Select(item => (int)item.Place.Line).Order());
            Assert.All(ready.GroupBy(item => item.Event.Recipient), delivery => Assert.Equal(delivery.Select(item => item.Place.Line).Order(), delivery.Select(item => item.Place.Line)));
        }).QuickCheckThrowOnFailure();

    private void Add(string kind, string recipient, int line) => _held.Add(Told(kind, recipient, line), _ready);

    private string[] Out() => [.. _ready.Select(told => $"{told.Place.Line} {told.Event.Event} {told.Event.Recipient}")];

    private static PlacedEvent Told(string kind, string recipient, int line) =>
        new(new SubmittedEvent { Event = kind, MessageKey = "m", Recipient = recipient }, new LinePlace("mail.log", line));
}
