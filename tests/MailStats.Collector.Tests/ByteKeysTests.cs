using System.Text;
using MailStats.Collector.Joining;

namespace MailStats.Collector.Tests;

public sealed class ByteKeysTests
{
    /// <summary>Refusals are known by it at the server: another value would count those of a log twice that is imported again.</summary>
    [Theory]
    [InlineData("", 0x8ef1b1deu)]
    [InlineData("ann", 0x289395du)]
    [InlineData("ann@example.net\nbob@example.org\n554 5.7.1 Relay access denied", 0xf8aa93a6u)]
    [InlineData("zoë@example.net", 0x2f2b3ac7u)]
    public void The_lasting_hash_never_changes(string text, uint hash) => Assert.Equal(hash, ByteKeys.LastingHash(text));

    [Fact]
    public void Texts_of_any_length_that_differ_in_one_place_have_different_hashes()
    {
        var seen = new Dictionary<ulong, string>();
        for (var length = 0; length < 40; length++)
        {
            for (var place = 0; place <= length; place++)
            {
                var text = new string('a', length).ToCharArray();
                if (place < length)
                {
                    text[place] = 'b';
                }

                Assert.True(seen.TryAdd(ByteKeys.Hash(Encoding.UTF8.GetBytes(text)), new string(text)), new string(text));
            }
        }
    }
}
