namespace MailStats.Architecture.Tests;

/// <summary>Services meet in Contracts or not at all.</summary>
public sealed class ReferenceTests
{
    private static readonly string[] Service = ["Contracts", "Mail", "Stores", "Stores.Sqlite", "Stores.MongoDb", "ServiceDefaults"];

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Contracts"] = [],
        ["Mail"] = ["Contracts"],
        ["Stores"] = ["Contracts", "Mail"],
        ["Stores.Sqlite"] = ["Contracts", "Mail", "Stores"],
        ["Stores.MongoDb"] = ["Contracts", "Mail", "Stores"],
        ["ServiceDefaults"] = ["Contracts", "Stores"],
        ["Ingest"] = Service,
        ["Classifier"] = Service,
        ["Notifier"] = Service,
        ["Incidents"] = Service,
        ["Aggregator"] = Service,
        ["Query"] = Service,
        ["Policy"] = Service,
        ["Collector"] = ["Contracts", "Mail"],
        ["Gateway"] = ["ServiceDefaults"],
        ["Standalone"] = [.. Service, "Ingest", "Classifier", "Collector", "Incidents", "Notifier", "Aggregator", "Query", "Policy"],
    };

    // Who alone may know what: a database, the broker, the proxy.
    private static readonly (string Package, string[] Projects)[] Reserved =
    [
        ("Microsoft.Data.Sqlite", ["Stores.Sqlite"]),
        ("SQLitePCLRaw", ["Stores.Sqlite"]),
        ("MongoDB", ["Stores.MongoDb"]),
        ("MassTransit", ["ServiceDefaults"]),
        ("RabbitMQ", ["ServiceDefaults"]),
        ("Yarp", ["Gateway"]),
    ];

    public static TheoryData<string> Projects => [.. Sources.Product(".csproj")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_it_may(string project)
    {
        Assert.True(Allowed.TryGetValue(Sources.Name(project), out var allowed), $"{project} is not in the table.");
        Assert.All(Sources.Items(project, "ProjectReference"), reference => Assert.Contains(Sources.Name(reference), allowed!));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_reserved_package_stays_with_its_owner(string project)
    {
        foreach (var package in Sources.Items(project, "PackageReference"))
        {
            var owners = Reserved.Where(rule => package.StartsWith(rule.Package, StringComparison.Ordinal)).ToList();

            Assert.All(owners, rule => Assert.Contains(Sources.Name(project), rule.Projects));
        }
    }

    [Fact]
    public void Contracts_has_no_package() => Assert.Empty(Sources.Items("contracts/MailStats.Contracts.csproj", "PackageReference"));

    /// <summary>What mail means is pure: no package and no framework through which a file, a socket or a database could come in.</summary>
    [Theory]
    [InlineData("PackageReference")]
    [InlineData("FrameworkReference")]
    public void Mail_has_no_package_and_no_framework(string item) => Assert.Empty(Sources.Items("mail/MailStats.Mail.csproj", item));

    /// <summary>A mail server has no room for a web server, and none has to be installed there.</summary>
    [Fact]
    public void The_Collector_brings_no_framework() => Assert.Empty(Sources.Items("services/Collector/MailStats.Collector.csproj", "FrameworkReference"));

    [Fact]
    public void Only_one_folder_names_the_broker()
    {
        var named = Sources.Product(".cs").Where(file => Sources.Read(file).Contains("RabbitMQ", StringComparison.OrdinalIgnoreCase)).ToList();

        Assert.NotEmpty(named);
        Assert.All(named, file => Assert.StartsWith("services/ServiceDefaults/Messaging/", file, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Sources.Read("MailStats.sln").Replace('\\', '/');

        Assert.All(Sources.All(".csproj"), project => Assert.Contains($"\"{project}\"", solution, StringComparison.Ordinal));
    }
}
