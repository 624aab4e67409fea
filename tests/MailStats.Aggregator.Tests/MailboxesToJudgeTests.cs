using MailStats.Aggregator.Brake;
using MailStats.Mail.Statistics;

namespace MailStats.Aggregator.Tests;

public sealed class MailboxesToJudgeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly StatisticsScope Ann = new("small", "shop.example", "ann@shop.example");

    private readonly MailboxesToJudge _waiting = new();

    [Fact]
    public void One_tenants_many_mailboxes_neither_shut_another_out_nor_keep_it_waiting()
    {
        for (var number = 0; number <= MailboxesToJudge.Most; number++)
        {
            _waiting.Add(Of("large", number), 7);
        }

        _waiting.Add(Ann, 9);

        var due = _waiting.Due(Now);
        Assert.Equal(MailboxesToJudge.AtOnce, due.Count);
        Assert.Contains((Ann, 9), due[..2]);

        // Half of all places were the large tenant's.
        var others = Enumerable.Range(0, 1_000).Select(_ => _waiting.Due(Now).Count).TakeWhile(count => count > 0).Sum();
        Assert.Equal(MailboxesToJudge.Most / 2, due.Count - 1 + others);
    }

    [Fact]
    public void A_mailbox_is_judged_from_its_earliest_mail_on_and_not_all_the_time()
    {
        _waiting.Add(Ann, 9);
        _waiting.Add(Ann, 8);
        Assert.Equal((Ann, 8L), Assert.Single(_waiting.Due(Now)));
        _waiting.Add(Ann, 10);
        Assert.Empty(_waiting.Due(Now.AddSeconds(19)));
        Assert.Equal((Ann, 10L), Assert.Single(_waiting.Due(Now.AddSeconds(20))));
        Assert.Empty(_waiting.Due(Now.AddSeconds(60)));
    }

    [Fact]
    public void Tenants_keep_their_turns_from_one_handing_out_to_the_next()
    {
        for (var number = 0; number < MailboxesToJudge.AtOnce; number++)
        {
            _waiting.Add(Of("first", number), 7);
            _waiting.Add(Of("second", number), 7);
            _waiting.Add(Of("third", number), 7);
        }

        for (var turn = 0; turn < 2; turn++)
        {
            var shares = _waiting.Due(Now).GroupBy(one => one.Mailbox.TenantId).Select(tenant => tenant.Count());
            Assert.Equal([333, 333, 334], shares.Order());
        }

        Assert.Equal(1_000, _waiting.Due(Now).Count);
        Assert.Empty(_waiting.Due(Now));
    }

    [Fact]
    public void Who_was_judged_a_moment_ago_waits_behind_those_who_were_not()
    {
        _waiting.Add(Ann, 9);
        Assert.Single(_waiting.Due(Now));
        _waiting.Add(Ann, 12);
        var bob = Ann with { Mailbox = "bob@shop.example" };
        _waiting.Add(bob, 10);
        Assert.Equal((bob, 10L), Assert.Single(_waiting.Due(Now.AddSeconds(5))));
        _waiting.Add(bob, 11);
        Assert.Equal((Ann, 12L), Assert.Single(_waiting.Due(Now.AddSeconds(20))));
        Assert.Equal((bob, 11L), Assert.Single(_waiting.Due(Now.AddSeconds(25))));
    }

    [Fact]
    public void A_clock_that_was_put_back_holds_nobody_up()
    {
        _waiting.Add(Ann, 9);
        Assert.Single(_waiting.Due(Now));
        _waiting.Add(Ann, 10);
        Assert.Equal((Ann, 10L), Assert.Single(_waiting.Due(Now.AddHours(-1))));
    }

    private static StatisticsScope Of(string tenant, int number) => new(tenant, "large.example", $"user{number}@large.example");
}
