namespace MailStats.Architecture.Tests;

/// <summary>A line is read whole, beside a diff as well.</summary>
public sealed class LineTests
{
    // Columns: two files side by side on one screen.
    private const int Limit = 160;

    private static readonly string[] Written = [".cs", ".ts", ".tsx"];

    // Made from the OpenAPI document when the dashboard is built.
    private const string Generated = "gateway/dashboard/src/api/schema.d.ts";

    [Fact]
    public void No_line_is_longer_than_the_limit()
    {
        var over = from ending in Written
                   from file in Sources.All(ending)
                   where !string.Equals(file, Generated, StringComparison.Ordinal)
                   from line in Sources.Read(file).Split('\n').Index()
                   where line.Item.TrimEnd('\r').Length > Limit
                   select $"{file}:{line.Index + 1}: {line.Item.Length} columns";
        var list = over.ToList();

        Assert.True(list.Count == 0, string.Join('\n', list));
    }
}
