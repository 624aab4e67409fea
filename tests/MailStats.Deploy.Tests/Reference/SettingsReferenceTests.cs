namespace MailStats.Deploy.Tests.Reference;

/// <summary>
/// <c>docs/settings.md</c> says what the options classes say. After a change of one write it anew:
/// <c>MAILSTATS_WRITE_SETTINGS=1 dotnet test tests/MailStats.Deploy.Tests --filter SettingsReferenceTests</c>.
/// </summary>
public sealed class SettingsReferenceTests
{
    private const string File = "docs/settings.md";
    private const string Begin = "<!-- Made from the options classes by SettingsReferenceTests: begin -->\n";
    private const string End = "\n<!-- end -->";

    // Beside the services and the gateway: programs whose variables are read without an options class.
    private static readonly string[] Variables = ["MAILSTATS_KEY", "STATE_DIRECTORY", "XDG_STATE_HOME"];

    [Fact]
    public void The_page_holds_every_setting_as_it_is()
    {
        var made = SettingsReference.Write();

        if (Environment.GetEnvironmentVariable("MAILSTATS_WRITE_SETTINGS") == "1")
        {
            var (before, _, after) = Parts(Checkout.Read(File));
            System.IO.File.WriteAllText(Checkout.PathOf(File), before + Begin + made + End + after);
        }

        Assert.True(
            Parts(Checkout.Read(File)).Between == made,
            $"{File} is stale: MAILSTATS_WRITE_SETTINGS=1 dotnet test tests/MailStats.Deploy.Tests --filter SettingsReferenceTests");
    }

    [Fact]
    public void Every_setting_is_described() =>
        Assert.Empty(
            from section in SettingsSections.All()
            from setting in SettingsReference.Of(section.Section, section.Options)
            where setting.Text.Length == 0
            select $"{section.Options.Name}: {setting.Name} has no summary");

    [Fact]
    public void Every_section_of_the_code_is_read_by_a_process()
    {
        var inCode = Manifests.Services.Values.SelectMany(project => Settings.OptionsOf(project).Keys).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(inCode, SettingsSections.All().Select(section => section.Section));
    }

    [Fact]
    public void Variables_of_the_platform_and_of_the_command_line_are_on_the_page()
    {
        var page = Parts(Checkout.Read(File)).After;

        Assert.All(Settings.Platform.Concat(Variables), name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(".env.example")]
    [InlineData("deploy/k8s/base/settings.env")]
    [InlineData("docs/operations.md")]
    [InlineData("README.md")]
    public void Who_sets_something_is_sent_to_the_page(string file) =>
        Assert.Contains("settings.md", Checkout.Read(file), StringComparison.Ordinal);

    private static (string Before, string Between, string After) Parts(string page)
    {
        var begin = page.IndexOf(Begin, StringComparison.Ordinal);
        var end = page.IndexOf(End, StringComparison.Ordinal);

        return (page[..begin], page[(begin + Begin.Length)..end], page[(end + End.Length)..]);
    }
}
