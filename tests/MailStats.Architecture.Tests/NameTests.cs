using System.Text.RegularExpressions;

namespace MailStats.Architecture.Tests;

/// <summary>Names say what a thing is in mail's own words.</summary>
public sealed partial class NameTests
{
    private static readonly string[] BannedWords =
        ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Processor", "Base", "Impl", "Dto", "Common"];

    private static readonly string[] BannedFolders = ["Controllers", "Handlers", "Extensions", "Helpers", "Models", "Utils", "Common", "Shared", "Core"];

    [Fact]
    public void No_type_has_a_word_that_says_nothing()
    {
        var wrong = from file in Sources.All(".cs")
                    from Match declared in TypeName().Matches(Sources.Read(file))
                    let name = declared.Groups["name"].Value
                    let words = Word().Matches(name).Select(word => word.Value).ToList()
                    where words.Intersect(BannedWords).Any() || words[^1] == "Service"
                    select $"{file}: {name}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void No_file_or_folder_is_a_drawer()
    {
        var wrong = Sources.All(".cs").Where(file =>
            file.Split('/').SkipLast(1).Intersect(BannedFolders).Any() || file.EndsWith("Extensions.cs", StringComparison.Ordinal));

        Assert.Empty(wrong);
    }

    [Fact]
    public void Consumers_carry_their_messages_name()
    {
        var wrong = from file in Sources.Product(".cs")
                    from Match consumer in Consumer().Matches(Sources.Read(file))
                    where consumer.Groups["name"].Value != consumer.Groups["message"].Value + "Consumer"
                    select $"{file}: {consumer.Groups["name"].Value}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void Nothing_is_left_for_later()
    {
        var wrong = Sources.All(".cs").Where(file => !file.Contains("Architecture.Tests", StringComparison.Ordinal) && Later().IsMatch(Sources.Read(file)));

        Assert.Empty(wrong);
    }

    [GeneratedRegex(
        @"^\s*(?:\[[^\]]*\]\s*)*(?:(?:public|internal|private|protected|file|sealed|static|abstract|partial|readonly|ref|unsafe)\s+)*"
        + @"(?:class|record struct|record|struct|interface|enum)\s+(?<name>[A-Z]\w*)",
        RegexOptions.Multiline)]
    private static partial Regex TypeName();

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z][a-z0-9]*")]
    private static partial Regex Word();

    [GeneratedRegex(@"class (?<name>\w+)\s*(?:\([^)]*\))?\s*:\s*IConsumer<(?<message>\w+)>")]
    private static partial Regex Consumer();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException")]
    private static partial Regex Later();
}
