using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;
using MailStats.Contracts;
using MailStats.TestSupport;

namespace MailStats.Pipeline.Tests.Subscribers;

/// <summary>What a subscriber gets who takes the contracts as a package.</summary>
public sealed class PackageTests
{
    private const string Address = "https://git.example/mail/stats";

    [Fact]
    public async Task The_package_holds_the_messages_their_descriptions_and_no_dependency()
    {
        var folder = Directory.CreateTempSubdirectory("mailstats-package-");

        try
        {
            await PackAsync(folder.FullName);
            await using var package = await ZipFile.OpenReadAsync(Assert.Single(folder.EnumerateFiles("*.nupkg")).FullName);

            // What packing itself adds to every package is left out.
            var files = package.Entries.Select(entry => entry.FullName).Where(name =>
                !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal));
            Assert.Equal(
                [
                    "MailStats.Contracts.nuspec", "README.md", "[Content_Types].xml", "asyncapi.yaml", "lib/net10.0/MailStats.Contracts.dll",
                    "lib/net10.0/MailStats.Contracts.xml",
                ],
                files.Order(StringComparer.Ordinal));

            var specification = XDocument.Parse(await TextAsync(package, "MailStats.Contracts.nuspec"));
            Assert.Equal("MailStats.Contracts", Assert.Single(Elements(specification, "id")).Value);
            Assert.Equal("Apache-2.0", Assert.Single(Elements(specification, "license")).Value);
            Assert.Equal("README.md", Assert.Single(Elements(specification, "readme")).Value);
            Assert.Equal(Address, Assert.Single(Elements(specification, "repository")).Attribute("url")?.Value);
            Assert.Equal("git", Assert.Single(Elements(specification, "repository")).Attribute("type")?.Value);
            Assert.Empty(Elements(specification, "dependency"));
            Assert.Empty(Elements(specification, "frameworkReference"));

            Assert.Equal(await File.ReadAllTextAsync(Repository.File("contracts", "asyncapi.yaml")), await TextAsync(package, "asyncapi.yaml"));
            var described = XDocument.Parse(await TextAsync(package, "lib/net10.0/MailStats.Contracts.xml"));
            var names = Elements(described, "member").Select(member => member.Attribute("name")!.Value).ToHashSet(StringComparer.Ordinal);
            Assert.All(
                typeof(QuotaThresholdReached).Assembly.GetExportedTypes(), message => Assert.Contains("T:" + message.FullName, names));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task PackAsync(string folder)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, WorkingDirectory = Repository.Root };

        // A build server left behind would hold the output open.
        foreach (var argument in new[] { "pack", "contracts", "--output", folder, "--nologo", "--disable-build-servers", $"-p:RepositoryUrl={Address}" })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0 && !output.Contains("warning", StringComparison.OrdinalIgnoreCase), output);
    }

    private static IEnumerable<XElement> Elements(XDocument document, string name) => document.Descendants().Where(element => element.Name.LocalName == name);

    private static async Task<string> TextAsync(ZipArchive package, string file)
    {
        using var reader = new StreamReader(await package.GetEntry(file)!.OpenAsync());

        return await reader.ReadToEndAsync();
    }
}
