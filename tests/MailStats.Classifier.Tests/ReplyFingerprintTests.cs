using MailStats.Mail.Replies;

namespace MailStats.Classifier.Tests;

public class ReplyFingerprintTests
{
    [Theory]
    [InlineData("550 5.1.1 <ann@a.example>: no such user here", "550 5.1.1 <bob.smith+x@b.example>:  No such\r\n user here")]
    [InlineData("421 4.7.0 198.51.100.3 deferred until 12:30:01", "421 4.7.0 2001:db8::7 deferred until 23:59")]
    [InlineData("554 rejected, id=AB12CD34EF56", "554 rejected, id=9f8e7d6c5b4a")]
    [InlineData("452 over 1000 messages in 60 minutes", "452 over 25 messages in 5 minutes")]
    [InlineData("550-5.7.1 one two\n550 5.7.1 three", "550 5.7.1 one two three")]
    [InlineData("550 5.7.1 queued at 2026-10-05T12:00:00.123Z", "550 5.7.1 queued at 2026-11-06")]
    public void Replies_of_a_kind_have_one(string one, string other) =>
        Assert.Equal(ReplyFingerprint.Of(0, null, one), ReplyFingerprint.Of(0, null, other));

    [Theory]
    [InlineData("550 no such user", "551 no such user")]
    [InlineData("550 5.1.1 no such user", "550 5.1.2 no such user")]
    [InlineData("550 no such user", "550 no such host")]
    public void Replies_of_different_kinds_differ(string one, string other) =>
        Assert.NotEqual(ReplyFingerprint.Of(0, null, one), ReplyFingerprint.Of(0, null, other));

    [Fact]
    public void Codes_count_wherever_they_are_given() =>
        Assert.Equal(ReplyFingerprint.Of(0, null, "550 5.1.1 gone"), ReplyFingerprint.Of(550, "5.1.1", "gone"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Nothing_has_one_too(string? text) => Assert.Equal(ReplyFingerprint.Length, ReplyFingerprint.Of(0, null, text).Length);

    [Fact]
    public void What_they_have_in_common_can_be_read() =>
        Assert.Equal("user {address} over {n} of {n} mb at {ip}", ReplyFingerprint.MaskedText(552, "552 User ann@a.example over 17 of 123456 MB at 192.0.2.1"));
}
