using System.Text.RegularExpressions;

namespace MailStats.Deploy.Tests;

/// <summary>
/// What the Debian packages bring beside the programs is about these programs. That they install, run and leave nothing behind is tried
/// by <c>deploy/packages/try.sh</c>.
/// </summary>
public sealed partial class PackageTests
{
    public static TheoryData<string, string, string[]> Programs => new()
    {
        { "mailstats", "Standalone", ["", "feed-demo"] },
        { "mailstats-collector", "Collector", ["", "import", "follow"] },
    };

    [Theory]
    [MemberData(nameof(Programs))]
    public void Man_page_and_completions_know_every_command_and_option_and_no_other(string name, string project, string[] commands)
    {
        var known = commands.SelectMany(command => Options(Help(project, command))).Concat(commands.Where(command => command.Length > 0)).ToHashSet();
        var manual = Checkout.Read($"deploy/packages/man/{name}.1").Replace("\\-", "-", StringComparison.Ordinal);
        var bash = Checkout.Read($"deploy/packages/completion/{name}.bash");
        var zsh = Checkout.Read($"deploy/packages/completion/_{name}");

        Assert.Contains("--version", known);
        Assert.All(known, word => Assert.Matches($@"(?<![\w-]){word}(?![\w-])", manual));
        Assert.All(known, word => Assert.Matches($@"(?<![\w-]){word}(?![\w-])", bash));
        Assert.All(known, word => Assert.Matches($@"(?<![\w-]){word}(?![\w-])", zsh));
        Assert.All(Options(manual).Concat(Options(bash)).Concat(Options(zsh)), option => Assert.Contains(option, known));
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_is_called_as_it_is_installed(string name, string project, string[] commands)
    {
        Assert.NotEmpty(commands);
        Assert.Contains($"  {name} [command]", Help(project, ""), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Programs))]
    public void Completion_offers_what_fits(string name, string project, string[] commands)
    {
        Skip.IfNot(Tools.Exists("bash"), "bash is not installed");
        var script = $"""
            . deploy/packages/completion/{name}.bash
            COMP_WORDS=({name} --v) COMP_CWORD=1
            $(complete -p {name} | sed 's/.*-F \([^ ]*\).*/\1/')
            echo "$COMPREPLY"
            """;

        Assert.NotEmpty(commands);
        Assert.Equal("--version\n", Tools.Run("bash", ["-c", script]).Output);
        Assert.Contains("--version", Help(project, ""), StringComparison.Ordinal);
    }

    [Fact]
    public void The_service_starts_the_installed_program_with_settings_that_exist()
    {
        var unit = Checkout.Read("deploy/systemd/mailstats.service");
        var settings = SettingLine().Matches(Checkout.Read("deploy/packages/mailstats/settings.env"))
            .ToDictionary(match => match.Groups[1].Value, match => (string?)match.Groups[2].Value);

        Assert.Contains("\nExecStart=/usr/bin/mailstats\n", unit, StringComparison.Ordinal);
        Assert.Contains("\nEnvironmentFile=-/etc/mailstats/mailstats.env\n", unit, StringComparison.Ordinal);
        Assert.Contains("ASPNETCORE_URLS", settings.Keys);
        settings.Remove("ASPNETCORE_URLS");
        settings["Storage__Provider"] = "Sqlite";
        Assert.Empty(Settings.Mistakes("Standalone", settings));
    }

    [Theory]
    [InlineData("mailstats")]
    [InlineData("mailstats-collector")]
    public void Scripts_of_a_package_are_shell_and_stop_at_the_first_failure(string package)
    {
        foreach (var script in (string[])["postinst", "prerm", "postrm"])
        {
            var path = $"deploy/packages/{package}/{script}";

            Assert.StartsWith("#!/bin/sh\nset -e\n", Checkout.Read(path), StringComparison.Ordinal);
            Assert.Equal(0, Tools.Run("sh", ["-n", path]).ExitCode);
        }
    }

    [SkippableTheory]
    [InlineData("mailstats.service")]
    [InlineData("mailstats-collector.service")]
    [InlineData("mailstats-collector-journal.service")]
    public void Systemd_understands_the_unit(string unit)
    {
        Skip.IfNot(Tools.Exists("systemd-analyze"), "systemd-analyze is not installed");
        var folder = Directory.CreateTempSubdirectory("mailstats-unit-");
        // The installed programs are not here; anything that can be executed stands for them.
        File.WriteAllText(
            Path.Combine(folder.FullName, unit),
            InstalledProgram().Replace(Checkout.Read($"deploy/systemd/{unit}"), "/bin/true").Replace("User=mailstats", "User=root", StringComparison.Ordinal));

        var verified = Tools.Run("systemd-analyze", ["verify", "--man=no", Path.Combine(folder.FullName, unit)]);
        folder.Delete(recursive: true);

        Assert.Equal((0, ""), (verified.ExitCode, string.Join('\n', verified.Errors.Split('\n').Where(line => line.Contains(unit, StringComparison.Ordinal)))));
    }

    private static string Help(string project, string command)
    {
        var program = Path.Combine(AppContext.BaseDirectory, $"MailStats.{project}.dll");

        return Tools.Run("dotnet", command.Length > 0 ? [program, command, "--help"] : [program, "--help"]).Output;
    }

    private static IEnumerable<string> Options(string text) => Option().Matches(text).Select(match => match.Value);

    [GeneratedRegex(@"(?<![\w-])--[a-z][a-z-]+")]
    private static partial Regex Option();

    [GeneratedRegex(@"(?m)^#?([A-Z]\w+)=(.*)$")]
    private static partial Regex SettingLine();

    [GeneratedRegex(@"/usr/bin/mailstats[\w-]*")]
    private static partial Regex InstalledProgram();
}
