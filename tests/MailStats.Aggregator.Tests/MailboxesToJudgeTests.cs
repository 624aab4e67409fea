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

    private static StatisticsScope Of(string tenant, int number) => new(tenant, "large.example", $"user{number}@large.example");
}
