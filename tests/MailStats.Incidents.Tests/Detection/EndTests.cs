using MailStats.Incidents.Detection;

namespace MailStats.Incidents.Tests.Detection;

/// <summary>What tells that an incident is over: mail that gets through, and nothing that fails where much should.</summary>
public sealed class EndTests
{
    private const long Begin = 10L * Steps.Day;

    private readonly TenantDetector _detector = new();
    private readonly List<IncidentStep> _turns = [];

    [Fact]
    public void What_fails_for_another_reason_is_no_success()
    {
        Send(0, Begin, FailureClass.None, 6, 1);
        Send(Begin, Begin + 24, FailureClass.Rate, 6, 1);
        var incident = Assert.Single(_turns).Incident;

        Send(Begin + 24, Begin + 28, FailureClass.Unknown, 6, 1);
        Assert.Null(incident.Closed);

        Send(Begin + 28, Begin + 30, FailureClass.None, 6, 1);
        Assert.NotNull(incident.Closed);
        Assert.Equal(Begin + 28, incident.Ended);
    }

    [Fact]
    public void Where_nothing_got_through_for_half_a_day_two_mails_that_do_end_it()
    {
        var end = Begin + (12 * Steps.Hour);
        Send(0, Begin, FailureClass.None, 1, 2);
        Send(Begin, end, FailureClass.Receiver, 1, 2);
        var incident = Assert.Single(_turns).Incident;

        Send(end, end + 2, FailureClass.None, 1, 2);
        Assert.Null(incident.Closed);

        Send(end + 2, end + 4, FailureClass.None, 1, 2);
        Assert.Equal(end + 2, incident.Closed);
        Assert.Equal(end, incident.Ended);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_list_ends_when_nothing_follows_and_what_is_refused_for_its_content_does_not(bool isList)
    {
        var end = Begin + (5 * Steps.Hour);
        Send(0, Begin, FailureClass.None, 1, 2);
        Send(Begin, end, isList ? FailureClass.Recipients : FailureClass.Content, 1, 2);
        var incident = Assert.Single(_turns).Incident;

        // Five failures should have come.
        for (var step = end; step < end + 11; step++)
        {
            _turns.AddRange(_detector.Apply(step, 0, []));
        }

        Assert.Equal(isList, incident.Closed is not null);
    }

    /// <summary>A domain's mail to one receiver, so much every few steps, and as much that gets through to another.</summary>
    private void Send(long from, long to, FailureClass cause, int mail, int every)
    {
        for (var step = from; step < to; step++)
        {
            _turns.AddRange(_detector.Apply(step, 0, step % every != 0 ? [] :
            [
                new(step, new("shop.example", "r1", null), cause, mail, mail),
                new(step, new("shop.example", "r2", null), FailureClass.None, mail, mail),
            ]));
        }
    }
}
