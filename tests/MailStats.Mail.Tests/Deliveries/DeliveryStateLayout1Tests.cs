using System.Buffers;
using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Time;

namespace MailStats.Mail.Tests.Deliveries;

public sealed class DeliveryStateLayout1Tests
{
    [Fact]
    public void A_bounce_after_two_deferrals_is_read()
    {
        var state = Read(OldStates.Tried);

        Assert.Equal(
            (DeliveryStatus.HardBounced, 3, Some.Noon.AddMinutes(60)),
            (state.Status(), state.Attempts(), UnixTime.FromMicroseconds(state.StatusAt())));
        Assert.Equal(
            ("shop@example.org", "news@shop.example", "4F9D01C", "id-1@shop.example", "Grüße 🎉", "mx1.example", "Gmail", 12345, -1.5),
            (state.Sender, state.HeaderFrom, state.QueueId, state.MessageId, state.Subject, state.ReportingHost, state.Provider, state.Bytes, state.SpamScore));
        Assert.Equal(
            ["452 4.2.2 still full", "550 5.1.1 <ann@example.net> no such user\nsee 4F9D01C", null],
            state.Trail.Select(outcome => outcome.ReplyText));
        Assert.Equal((Some.MailboxFull, Some.UserUnknown), (state.Trail[0].Classification, state.Failure()!.Classification));
    }

    [Theory]
    [InlineData(OldStates.Tried, DeliveryStatus.HardBounced)]
    [InlineData(OldStates.Turned, DeliveryStatus.Delivered)]
    [InlineData(OldStates.Local, DeliveryStatus.Delivered)]
    [InlineData(OldStates.Rejected, DeliveryStatus.Rejected)]
    public void It_is_the_same_in_the_present_layout(string bytes, DeliveryStatus status)
    {
        var old = Read(bytes);
        var output = new ArrayBufferWriter<byte>();
        DeliveryCodec.Encode(new("m1", "ann@example.net", old), NumberedTexts.All, output);
        var (key, recipient, state) = DeliveryCodec.Decode(output.WrittenSpan, NumberedTexts.All);

        Assert.Equal(("m1", "ann@example.net", status), (key, recipient, state.Status()));
        Assert.Equal((old.Attempts(), old.FirstTry, old.LastTry), (state.Attempts(), state.FirstTry, state.LastTry));
        Assert.Equal((old.Deferred, old.Delivered, old.Rejected, old.Complained), (state.Deferred, state.Delivered, state.Rejected, state.Complained));
        Assert.Equal(old.Failures, state.Failures);
        Assert.Equal(old.Trail, state.Trail);
        Assert.Equal((old.Sender, old.Subject, old.Local, old.Accepted), (state.Sender, state.Subject, state.Local, state.Accepted));
    }

    /// <summary>Its number was kept, its reply was not: told again, the attempt is no new one, and has its place in the trail.</summary>
    [Fact]
    public void An_attempt_that_is_told_again_is_not_counted_again()
    {
        var state = Read(OldStates.Tried);
        var first = Some.Event(
            DeliveryEventKind.Deferred, at: Some.Noon.AddMinutes(1), with: reported => reported with { EventId = new(2, 0, 0, new byte[8]) });

        Assert.True(state.Merge(first));
        Assert.Equal((3, 4), (state.Attempts(), state.Trail.Count));
        Assert.False(state.Merge(first));
    }

    private static DeliveryState Read(string bytes) => DeliveryStateLayout1.Decode(Convert.FromHexString(bytes), Causes.Instance);

    private sealed class Causes : IClassificationTable
    {
        public static readonly Causes Instance = new();

        public Classification this[long id] => id == 1 ? Some.MailboxFull : Some.UserUnknown;

        public long IdOf(Classification classification) => throw new NotSupportedException();
    }
}
