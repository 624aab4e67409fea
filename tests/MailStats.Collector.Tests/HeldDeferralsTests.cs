using FsCheck;
using FsCheck.Fluent;
using MailStats.Collector.Import;
using MailStats.Collector.Joining;
using MailStats.Collector.Sending;
using MailStats.Contracts;

namespace MailStats.Collector.Tests;

public sealed class HeldDeferralsTests
{
    private readonly HeldDeferrals _held = new(capacity: 4);
    private readonly List<PlacedEvent> _ready = [];
    private readonly JoinedMessage _message = Message();

    [Fact]
    public void A_delivery_s_events_come_out_as_one_item()
    {
        Add("deferred", "ann", 1);
        Add("deferred", "bob", 2);
        Add("delivered", "cleo", 3);
        Add("deferred", "ann", 4);
        Add("delivered", "ann", 5);

        Assert.Equal(["3 delivered cleo", "1 deferred, 4 deferred, 5 delivered ann"], Out());

        _held.Drain(_ready);
        Assert.Equal("2 deferred bob", Out()[^1]);
    }

    [Fact]
    public void Recipients_of_one_message_are_held_apart()
    {
        Add("deferred", "ann", 1);
        Add("deferred", "bob", 2);
        Add("bounced", "bob", 3);

        Assert.Equal(["2 deferred, 3 bounced bob"], Out());
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
        Assert.Equal(["2 deferred bob", "1 deferred, 3 deferred ann"], Out());
    }

    [Fact]
    public void What_has_left_the_queue_is_not_waited_for()
    {
        var gone = Message();
        _held.Add(new(gone, Attempt("deferred", "ann", 1), "exim"), default, _ready);
        gone.EndedAt = 1;
        Add("deferred", "bob", 2);

        Assert.Equal(["1 deferred ann"], Out());
    }

    /// <summary>An item says only once what its events say of the message: what says something else goes its own way.</summary>
    [Fact]
    public void Events_that_say_something_else_of_the_message_are_no_deferrals_of_an_item()
    {
        Action<JoinedMessage>[] differences =
        [
            message => message.BeganAt++,
            message => message.Sender = "news@shop.example",
            message => message.HeaderFrom = "news@shop.example",
            message => message.MessageId = "m@shop.example",
            message => message.Subject = "Offer",
            message => message.Bytes = 1,
            message => message.SpamScore = 0,
        ];

        foreach (var differ in differences)
        {
            var other = Message();
            differ(other);
            AssertApart(new(other, Attempt("delivered", "ann", 2), "exim"));
        }

        AssertApart(new(new JoinedMessage("mx2", "q") { Key = "m", BeganAt = 1, Sender = "" }, Attempt("delivered", "ann", 2), "exim"));
        AssertApart(new(new JoinedMessage("mx1", "r") { Key = "m", BeganAt = 1, Sender = "" }, Attempt("delivered", "ann", 2), "exim"));
        AssertApart(new(_message, Attempt("delivered", "ann", 2) with { Local = true }, "exim"));
    }

    /// <summary>As with logs of which each line tells of its message anew.</summary>
    [Fact]
    public void Events_of_equal_messages_are_deferrals_of_an_item()
    {
        _held.Add(new(Message(), Attempt("deferred", "ann", 1), "exim"), default, _ready);
        _held.Add(new(Message(), Attempt("delivered", "ann", 2), "exim"), default, _ready);

        Assert.Equal(["1 deferred, 2 delivered ann"], Out());
    }

    [Fact]
    public void All_that_an_attempt_says_is_kept()
    {
        var first = new ReportedAttempt(_message, Attempt("deferred", "ann", 1) with
        {
            RemoteHost = "mx.example.net",
            ReplyCode = 451,
            EnhancedCode = "4.7.1",
            Reply = "451 4.7.1 Greylisted",
            Verdict = "TransientFailure",
            Attempted = false,
        }, "exim");
        _held.Add(first, default, _ready);
        Add("delivered", "ann", 2);

        Assert.Equal([first.ToEvent(), Reported("delivered", "ann", 2).ToEvent()], IngestDouble.EventsOf(Assert.Single(_ready).Event));
    }

    [Fact]
    public void An_item_has_a_hundred_deferrals_at_most()
    {
        var held = new HeldDeferrals(capacity: 1_000);

        for (var line = 1; line <= 250; line++)
        {
            held.Add(Reported("deferred", "ann", line), default, _ready);
        }

        held.Drain(_ready);
        Assert.Equal([100, 100, 50], _ready.Select(item => item.Count));
    }

    /// <summary>Whatever is read: nothing is lost, doubled or held beyond the capacity, and a delivery's events keep their order.</summary>
    [Fact]
    public void Everything_comes_out_once_in_the_order_of_its_delivery() => Prop.ForAll(
        (from kind in Gen.Elements("deferred", "deferred", "delivered", "bounced", "rejected")
         from recipient in Gen.Choose(1, 6)
         from subject in Gen.Frequency((9, Gen.Constant("Offer")), (1, Gen.Constant("Reminder")))
         select (kind, recipient, subject)).ListOf().ToArbitrary(),
        told =>
        {
            var held = new HeldDeferrals(capacity: 4);
            var ready = new List<PlacedEvent>();
            var events = new List<SubmittedEvent>();
            var messages = new Dictionary<string, JoinedMessage> { ["Offer"] = Message("Offer"), ["Reminder"] = Message("Reminder") };

            foreach (var (kind, recipient, subject) in told)
            {
                var reported = new ReportedAttempt(messages[subject], Attempt(kind, $"r{recipient}", events.Count + 1), "exim");
                events.Add(reported.ToEvent());
                held.Add(reported, default, ready);
                Assert.InRange(events.Count - ready.Sum(item => item.Count), 0, 4);
            }

            held.Drain(ready);
            var sent = ready.SelectMany(item => IngestDouble.EventsOf(item.Event)).ToList();
            Assert.Equal(events, sent.OrderBy(item => item.OccurredAt));
            Assert.All(sent.GroupBy(item => item.Recipient), delivery => Assert.Equal(delivery.OrderBy(item => item.OccurredAt), delivery));
        }).QuickCheckThrowOnFailure();

    private void AssertApart(in ReportedAttempt other)
    {
        Add("deferred", "ann", 1);
        _held.Add(other, default, _ready);

        Assert.Equal(["1 deferred ann", "2 delivered ann"], Out());
        Assert.Equal(other.ToEvent(), _ready[^1].Event);
        _ready.Clear();
    }

    private void Add(string kind, string recipient, int minute) => _held.Add(Reported(kind, recipient, minute), new LinePlace("mail.log", minute), _ready);

    private string[] Out() =>
    [
        .. _ready.Select(
            item => string.Join(
                ", ", IngestDouble.EventsOf(item.Event).Select(told => $"{told.OccurredAt!.Value.Minute} {told.Event}")) + $" {item.Event.Recipient}"),
    ];

    private ReportedAttempt Reported(string kind, string recipient, int minute) => new(_message, Attempt(kind, recipient, minute), "exim");

    private static JoinedMessage Message(string? subject = null) => new("mx1", "q") { Key = "m", BeganAt = 1, Sender = "", Subject = subject };

    private static Attempt Attempt(string kind, string recipient, int minute) => new()
    {
        Kind = Enum.Parse<DeliveryEventKind>(kind, ignoreCase: true),
        Recipient = recipient,
        OccurredAt = new DateTime(2026, 3, 3, 8, 0, 0).AddMinutes(minute).Ticks,
    };
}
