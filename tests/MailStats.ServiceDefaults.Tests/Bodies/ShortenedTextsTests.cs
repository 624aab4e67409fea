using System.Text;
using System.Text.Json;

namespace MailStats.ServiceDefaults.Tests.Bodies;

public sealed class ShortenedTextsTests
{
    private const int Longest = 8;

    [Theory]
    [InlineData("""{"a":"12345678","b":[1,2]}""", """{"a":"12345678","b":[1,2]}""")]
    [InlineData("""{"a":"123456789","b":"9"}""", """{"a":"12345678","b":"9"}""")]
    [InlineData("""{"a":"1234567\"9\"\"","b":1}""", """{"a":"1234567\"","b":1}""")]
    [InlineData("""{"a":"1234567\\","b":"\\"}""", """{"a":"1234567\\","b":"\\"}""")]
    [InlineData("""{"a":"12345678\\\\\\","b":"\\"}""", """{"a":"12345678","b":"\\"}""")]
    [InlineData("""{"a":"123456\u00e9\u00e9","b":1}""", """{"a":"123456\u00e9","b":1}""")]
    [InlineData("{\"a\":\"1234567\u00e9\u00e9\"}", "{\"a\":\"1234567\u00e9\"}")]
    [InlineData("{\"a\":\"123456\u20ac\u20ac\"}", "{\"a\":\"123456\u20ac\"}")]
    public async Task Texts_are_cut_and_all_else_stays(string sent, string kept)
    {
        // However it is cut into reads.
        foreach (var atOnce in new[] { 1, 2, 3, 5, 7, 1000 })
        {
            Assert.Equal(kept, await ReadAsync(Encoding.UTF8.GetBytes(sent), atOnce));
        }
    }

    [Fact]
    public async Task Whatever_was_JSON_stays_JSON_of_the_same_shape()
    {
        var random = new Random(11);

        for (var round = 0; round < 500; round++)
        {
            var texts = Enumerable.Range(0, 4)
                .Select(_ => string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => "ab\"\\é€\n\u0001"[random.Next(8)])))
                .ToArray();
            var sent = JsonSerializer.SerializeToUtf8Bytes(new { texts, last = true });

            using var read = JsonDocument.Parse(await ReadAsync(sent, random.Next(1, 10)));

            Assert.True(read.RootElement.GetProperty("last").GetBoolean());
            Assert.All(
                read.RootElement.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!).Zip(texts),
                pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
        }
    }

    private static async Task<string> ReadAsync(byte[] sent, int atOnce)
    {
        await using var texts = new ShortenedTexts(new MemoryStream(sent), Longest);
        using var kept = new MemoryStream();
        var buffer = new byte[atOnce];

        for (int read; (read = await texts.ReadAsync(buffer)) > 0;)
        {
            kept.Write(buffer, 0, read);
        }

        return Encoding.UTF8.GetString(kept.ToArray());
    }
}
