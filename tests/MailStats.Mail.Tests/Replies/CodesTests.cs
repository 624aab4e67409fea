using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MailStats.Mail.Replies;

namespace MailStats.Mail.Tests.Replies;

/// <summary>One rule for codes, whether they are read from characters or from a log's bytes.</summary>
public sealed class CodesTests
{
    [Theory]
    [InlineData("550 no", 550)]
    [InlineData("550-no", 550)]
    [InlineData("550", 550)]
    [InlineData("550\tno", 550)]
    [InlineData("550\nno", 550)]
    [InlineData("250 ok", 250)]
    [InlineData("354 go on", 354)]
    [InlineData("599", 599)]
    [InlineData("199 x", 0)]
    [InlineData("600 x", 0)]
    [InlineData("5501 x", 0)]
    [InlineData("550.", 0)]
    [InlineData("550:", 0)]
    [InlineData("55 x", 0)]
    [InlineData("5x0 y", 0)]
    [InlineData(" 550", 0)]
    [InlineData("٥٥٠ x", 0)]
    [InlineData("", 0)]
    public void A_reply_code_is_three_digits_and_an_end(string text, int code)
    {
        Assert.Equal((code != 0, code), (ReplyCodes.TryRead(text.AsSpan(), out var ofText), ofText));
        Assert.Equal((code != 0, code), (ReplyCodes.TryRead<byte>(Encoding.UTF8.GetBytes(text), out var ofBytes), ofBytes));
    }

    [Theory]
    [InlineData("5.7.26", "5.7.26")]
    [InlineData("2.0.0 ok", "2.0.0")]
    [InlineData("4.4.1: no", "4.4.1")]
    [InlineData("5.1.1. No", "5.1.1")]
    [InlineData("5.1.1<ann@example.net>", "5.1.1")]
    [InlineData("5.999.999", "5.999.999")]
    [InlineData("5.01.1 x", "5.1.1")]
    [InlineData("3.1.1", "")]
    [InlineData("5.1", "")]
    [InlineData("5.1.", "")]
    [InlineData("5..1", "")]
    [InlineData("5.1234.1", "")]
    [InlineData("5.1.1234", "")]
    [InlineData("5.1.1.1 is listed", "")]
    [InlineData("5.1.1a", "")]
    [InlineData("#5.1.1", "")]
    [InlineData("٥.1.1", "")]
    [InlineData("", "")]
    public void An_enhanced_code_is_three_numbers_and_no_fourth(string text, string code)
    {
        Assert.Equal(code, EnhancedCode.TryRead(text.AsSpan(), out var ofText, out _) ? ofText.ToString() : "");
        Assert.Equal(code, EnhancedCode.TryRead<byte>(Encoding.UTF8.GetBytes(text), out var ofBytes, out _) ? ofBytes.ToString() : "");
    }

    [Theory]
    [InlineData("5.7.26", true)]
    [InlineData("5.999.999", true)]
    [InlineData("5.7.26 ", false)]
    [InlineData("5.7.26.", false)]
    [InlineData("550", false)]
    [InlineData("", false)]
    public void A_field_holds_one_code_and_nothing_else(string text, bool valid)
    {
        Assert.Equal(valid, EnhancedCode.IsValid(text));
        Assert.Equal(valid, EnhancedCode.IsValid<byte>(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("550 5.1.1 no such user", 550, "5.1.1")]
    [InlineData("550-5.7.26 first\n550 5.7.26 last", 550, "5.7.26")]
    [InlineData("  550  5.1.1 blanks", 550, "5.1.1")]
    [InlineData("550 5.01.1 as it stands", 550, "5.01.1")]
    [InlineData("4.2.2 mailbox full", 0, "4.2.2")]
    [InlineData("550", 550, "")]
    [InlineData("550 ", 550, "")]
    [InlineData("550 192.0.2.1 is listed", 550, "")]
    [InlineData("550 5.1.1.1 is listed", 550, "")]
    [InlineData("host mx said: 550 5.1.1 no", 0, "")]
    [InlineData("5501 5.1.1", 0, "")]
    [InlineData("", 0, "")]
    public void A_reply_begins_with_its_codes(string reply, int code, string enhanced)
    {
        Assert.Equal((code, enhanced), (LeadingCodes.Read(reply.AsSpan(), out var ofText), ofText.ToString()));
        Assert.Equal((code, enhanced), (LeadingCodes.Read<byte>(Encoding.UTF8.GetBytes(reply), out var ofBytes), Encoding.UTF8.GetString(ofBytes)));
    }

    [Fact]
    public void What_was_given_goes_before_what_the_reply_begins_with()
    {
        Assert.Equal((421, "4.7.0"), LeadingCodes.Fill(421, "4.7.0", "550 5.1.1 no"));
        Assert.Equal((421, "5.1.1"), LeadingCodes.Fill(421, null, "550 5.1.1 no"));
        Assert.Equal((550, "4.7.0"), LeadingCodes.Fill(null, "4.7.0", "550 5.1.1 no"));
        Assert.Equal((null, null), LeadingCodes.Fill(null, null, "no"));
        Assert.Equal((421, null), LeadingCodes.Fill(421, null, null));
    }

    /// <summary>White space beyond ASCII aside, which only characters can show.</summary>
    [Fact]
    public void Characters_and_bytes_are_read_alike()
    {
        var codes = Gen.Elements("2345 .-\t#a:\u00e4".ToCharArray()).ArrayOf(12).Select(text => new string(text));

        Prop.ForAll(codes.ToArbitrary(), text =>
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var code = LeadingCodes.Read(text.AsSpan(), out var enhanced);

            return code == LeadingCodes.Read<byte>(bytes, out var other) && enhanced.SequenceEqual(Encoding.UTF8.GetString(other))
                && EnhancedCode.IsValid(text) == EnhancedCode.IsValid<byte>(bytes);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }
}
