using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MailStats.Collector.Formats;
using MailStats.Mail.Addresses;
using MimeKit;
using MimeKit.Utils;

namespace MailStats.Collector.Tests;

/// <summary>Headers as another library writes them are read as it reads them.</summary>
public sealed class MimeOracleTests
{
    private static readonly string[] Charsets = ["utf-8", "iso-8859-1", "iso-8859-15", "windows-1252", "koi8-r", "gb18030", "iso-2022-jp", "shift_jis"];

    // Letters of every length in UTF-8, blanks and what the encoding itself is made of; no blank at an end, which folding moves. Not "=?"
    // alone: MimeKit then reads no encoded word behind it, where RFC 2047 has one.
    private static readonly string[] Pieces =
        ["Rechnung", "Größe", "čaj", "Привет", "請求書", "日本語の件名", "😀", "?=", "_", "=", "?", "\"", ",", "100 %", "a_b=c", "é", "x"];

    static MimeOracleTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Fact]
    public void A_subject_that_was_encoded_is_decoded_to_what_it_was()
    {
        var subjects = Gen.Elements(Pieces).NonEmptyListOf().Select(pieces => string.Join(' ', pieces));
        var property = Prop.ForAll(
            subjects.SelectMany(subject => Gen.Elements(Charsets).Select(charset => (subject, charset))).ToArbitrary(),
            given =>
            {
                var charset = Encoding.GetEncoding(given.charset);
                var header = Encoding.ASCII.GetString(Rfc2047.EncodeText(FormatOptions.Default, charset, given.subject));
                var expected = Rfc2047.DecodeText(Encoding.ASCII.GetBytes(header));

                return (EncodedWords.Decode(header) == expected).Label($"{header} is {expected}, not {EncodedWords.Decode(header)}");
            });

        property.Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void The_address_of_a_From_is_found_behind_any_name()
    {
        var names = Gen.Elements(Pieces).NonEmptyListOf().Select(pieces => string.Join(' ', pieces));
        var property = Prop.ForAll(
            names.ToArbitrary(),
            name =>
            {
                var header = new MailboxAddress(name, "news@shop.example").ToString(FormatOptions.Default, encode: true).ReplaceLineEndings("");

                return EmailAddress.ReadHeader(EncodedWords.Decode(header), out _) == "news@shop.example";
            });

        property.Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }
}
