using MailStats.Mail.Brake;

namespace MailStats.Mail.Tests.Brake;

public sealed class MetRecipientsTests
{
    private static readonly MailboxQuarter[] Quarters = [new(1, 40, 0), new(2, 40, 0)];

    private const long MonthLater = 28 * 96;

    [Fact]
    public void A_stranger_is_one_once_and_a_colleague_never()
    {
        var met = new MetRecipients("shop.example");
        met.Add(2, "Ann@Example.net", "m2");
        met.Add(1, "ann@example.net", "m1");
        met.Add(2, "bob@example.net", "m2");
        met.Add(2, "boss@Shop.example", "m2");
        met.Add(2, "boss@notshop.example", "m3");

        Assert.Equal([new(1, 1, 2, 1, 0), new(2, 4, 6, 2, 1)], met.Tell(Quarters).Select(one => one.To!));
        Assert.True(met.Knew(MetRecipients.NumberOf("BOB@example.net"), 3));
        Assert.False(met.Knew(MetRecipients.NumberOf("BOB@example.net"), 2));
        Assert.False(met.Knew(MetRecipients.NumberOf("carl@example.net"), 3));
    }

    [Theory]
    [InlineData(20, 20, 20, 40)]
    [InlineData(21, 10, 10, 20)]
    public void Of_one_message_twenty_count_and_of_a_circular_ten(int recipients, long strangers, long counted, long twofold)
    {
        var met = new MetRecipients("shop.example");

        foreach (var number in Enumerable.Range(0, recipients))
        {
            met.Add(1, $"one{number}@example.net", "invitation");
            met.Add(2, $"two{number}@example.net", $"m{number}");
        }

        Assert.Equal(
            [new(strangers, counted, twofold, 1, 0), new(recipients, recipients, 2 * recipients, recipients, 0)], met.Tell(Quarters).Select(one => one.To!));
    }

    [Theory]
    [InlineData(40, 1, 10)]
    [InlineData(41, 1, 40)]
    [InlineData(50, 25, 10)]
    [InlineData(51, 25, 40)]
    [InlineData(90, 25, 40)]
    public void After_a_month_a_message_to_more_than_a_group_is_a_circular_where_one_half_as_large_was_sent_before(int recipients, int before, long counted)
    {
        var met = new MetRecipients("shop.example");

        foreach (var number in Enumerable.Range(0, before))
        {
            met.Add(MonthLater - 96, $"one{number}@example.net", "before");
        }

        met.Add(1, "first@example.net", "first");

        foreach (var number in Enumerable.Range(0, recipients))
        {
            met.Add(MonthLater, $"two{number}@example.net", "circular");
        }

        Assert.Equal(counted, Assert.Single(met.Tell([new(MonthLater, recipients, 0)])).To!.Counted);
    }

    [Fact]
    public void Circulars_of_a_quarter_hour_are_mostly_parts_of_one_and_what_it_knows_half_of_is_one()
    {
        var met = new MetRecipients("shop.example");

        foreach (var number in Enumerable.Range(0, 120))
        {
            met.Add(1, $"one{number}@example.net", $"part{number / 30}");
            met.Add(2, $"one{number % 12}@example.net", "to twelve");
        }

        Assert.Equal([new(20, 20, 40, 4, 0), new(0, 10, 12, 1, 1)], met.Tell(Quarters).Select(one => one.To!));
    }

    [Theory]
    [InlineData(12, 20)]
    [InlineData(10, 64)]
    public void Who_writes_to_a_group_it_knows_and_to_others_at_once_writes_a_circular(int known, long counted)
    {
        var met = new MetRecipients("shop.example");

        foreach (var number in Enumerable.Range(0, known))
        {
            met.Add(1, $"one{number}@example.net", "first");
            met.Add(2, $"one{number}@example.net", "again");
        }

        foreach (var number in Enumerable.Range(0, 54))
        {
            met.Add(2, $"two{number}@example.net", $"class{number / 18}");
        }

        Assert.Equal(counted, met.Tell(Quarters)[1].To!.Counted);
    }

    /// <summary>Groups are messages of as many recipients each, none of whom it knows.</summary>
    [Theory]
    [InlineData(1, new[] { 15, 18, 19 }, 20)]
    [InlineData(1, new[] { 20, 20, 17 }, 57)]
    [InlineData(1, new[] { 15, 18 }, 33)]
    [InlineData(1, new[] { 15, 18, 10 }, 43)]
    [InlineData(1, new[] { 26, 20, 20 }, 50)]
    [InlineData(1, new[] { 19, 19, 20, 21, 23 }, 20)]
    [InlineData(MonthLater - 1, new[] { 15, 18, 19 }, 20)]
    [InlineData(MonthLater, new[] { 15, 18, 19 }, 52)]
    [InlineData(MonthLater, new[] { 30, 30, 27, 31, 20 }, 138)]
    public void At_first_letters_to_groups_of_three_sizes_at_once_are_a_circular_and_a_list_in_equal_parts_is_none(long quarter, int[] groups, long counted)
    {
        var met = new MetRecipients("shop.example");
        met.Add(0, "first@example.net", "first");

        foreach (var (size, group) in groups.Select((size, group) => (size, group)))
        {
            foreach (var number in Enumerable.Range(0, size))
            {
                met.Add(quarter, $"{number}of{group}@example.net", $"group{group}");
            }
        }

        Assert.Equal(counted, Assert.Single(met.Tell([new(quarter, groups.Sum(), 0)])).To!.Counted);
    }

    [Theory]
    [InlineData(3, 1, 20)]
    [InlineData(4, 1, 120)]
    [InlineData(4, 2, 20)]
    [InlineData(5, 2, 150)]
    public void After_a_month_parts_are_of_one_circular_up_to_a_hundred_or_twice_what_it_sent_before(int parts, int before, long counted)
    {
        var met = new MetRecipients("shop.example");
        met.Add(1, "first@example.net", "first");

        foreach (var number in Enumerable.Range(0, 30 * before))
        {
            met.Add(MonthLater - 96, $"one{number}@example.net", $"before{number / 30}");
        }

        foreach (var number in Enumerable.Range(0, 30 * parts))
        {
            met.Add(MonthLater, $"two{number}@example.net", $"part{number / 30}");
        }

        Assert.Equal(counted, Assert.Single(met.Tell([new(MonthLater, 30 * parts, 0)])).To!.Counted);
    }

    [Fact]
    public void Of_those_it_knows_two_count_as_one()
    {
        var met = new MetRecipients("shop.example");

        foreach (var number in Enumerable.Range(0, 8))
        {
            met.Add(1, $"one{number}@example.net", "first");
            met.Add(2, $"one{number}@example.net", "second");
        }

        met.Add(2, "two@example.net", "second");
        Assert.Equal(new(1, 9, 10, 1, 1), met.Tell(Quarters)[1].To);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void In_any_order_and_however_often_the_same_mail_tells_the_same(int seed)
    {
        var random = new Random(seed);
        var sent = Enumerable.Range(0, 200)
            .Select(_ => (Quarter: 1L + random.Next(2), To: $"r{random.Next(60)}@example.net", Message: $"m{random.Next(9)}")).ToArray();
        var (once, again) = (new MetRecipients("shop.example"), new MetRecipients("shop.example"));

        foreach (var (quarter, to, message) in sent)
        {
            once.Add(quarter, to, message);
        }

        sent = [.. sent, .. sent];
        random.Shuffle(sent);

        foreach (var (quarter, to, message) in sent)
        {
            again.Add(quarter, to, message);
        }

        Assert.Equal(once.Tell(Quarters), again.Tell(Quarters));
    }
}
