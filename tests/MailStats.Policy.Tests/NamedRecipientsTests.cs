using MailStats.Mail.Brake;
using MailStats.Policy.Decisions;

namespace MailStats.Policy.Tests;

public sealed class NamedRecipientsTests
{
    private readonly NamedRecipients _named = new("shop.example");
    private readonly MetRecipients _met = new("shop.example");

    [Fact]
    public void Strangers_are_those_who_were_named_and_never_written_to()
    {
        _met.Add(1, "known@example.net", "m0");
        _named.Add(9, "known@example.net", "m1");
        _named.Add(9, "colleague@shop.example", "m1");
        _named.Add(9, "stranger@example.net", "m1");
        _named.Add(9, "Stranger@example.net", "m2");

        Assert.Equal(1, _named.Of(new(9, 4, 0), _met)?.Strangers);
        Assert.Null(_named.Of(new(8, 4, 0), _met));
    }

    [Fact]
    public void Where_not_all_were_named_or_more_than_fit_nobody_is_called_a_stranger()
    {
        _named.Add(9, "stranger@example.net", "m1");
        Assert.Null(_named.Of(new(9, 2, 0), _met)?.Strangers);

        for (var one = 1; one < NamedRecipients.Most; one++)
        {
            _named.Add(9, $"r{one}@example.net", $"m{one}");
        }

        Assert.Equal(NamedRecipients.Most, _named.Of(new(9, NamedRecipients.Most, 0), _met)?.Strangers);
        _named.Add(9, "one@more.example", "m");
        Assert.Null(_named.Of(new(9, 1, 0), _met)?.Strangers);

        // An hour later there is room again.
        _named.Add(13, "one@more.example", "m");
        Assert.Equal(1, _named.Of(new(13, 1, 0), _met)?.Strangers);
    }

    [Fact]
    public void Of_one_message_to_more_than_twenty_ten_count()
    {
        for (var one = 0; one < 40; one++)
        {
            _named.Add(9, $"r{one}@example.net", "invitation");
        }

        Assert.Equal(Addressees.MostOfACircular, _named.Of(new(9, 40, 0), _met)?.Strangers);
    }

    [Theory]
    [InlineData(new[] { 15, 18, 19, 16 }, 43)]
    [InlineData(new[] { 20, 20, 20 }, 60)]
    public void While_its_recipients_are_being_named_a_letter_to_a_group_is_of_a_size_of_its_own(int[] groups, long most)
    {
        var (all, largest) = (0, 0L);

        for (var group = 0; group < groups.Length; group++)
        {
            for (var one = 0; one < groups[group]; one++)
            {
                _named.Add(9, $"{one}of{group}@example.net", $"m{group}");
                largest = Math.Max(largest, _named.Of(new(9, ++all, 0), _met)!.Strangers);
            }
        }

        Assert.Equal(most, largest);
    }
}
