namespace MailStats.Query.Tests.Export;

/// <summary>
/// What an export holds while it goes out. The figure is the whole process', so that no other test may run beside these.
/// </summary>
[Collection(Name)]
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class HeldMemoryTests
{
    private const string Name = "Held memory";

    [Fact]
    public async Task A_long_CSV_never_holds_more_than_a_page()
    {
        await using var app = await QueryApp.StartAsync();
        app.Log.Rows = 200_000;
        app.Log.Row = CsvTests.Row;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var highest = 0L;
        long length = 0;

        using var response = await app.Client.GetAsync(new Uri("/v1/error-events.csv", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[1 << 20];

        for (int read, reads = 0; (read = await body.ReadAsync(buffer)) > 0; reads++)
        {
            length += read;
            highest = reads % 200 == 0 ? Math.Max(highest, GC.GetTotalMemory(forceFullCollection: true)) : highest;
        }

        Assert.True(length > 25_000_000, $"{length} bytes");
        Assert.True(highest - before < 15_000_000, $"{highest - before} bytes held while {length} went out");
    }

    [Fact]
    public async Task A_long_export_never_holds_more_than_a_row_group()
    {
        await using var app = await QueryApp.StartAsync();
        app.Log.Rows = 300_000;
        app.Log.Row = i => CsvTests.Row(i) with { Detail = $"552 5.2.2 full {i * 7919L % 1_000_003}" };
        // What the compression keeps for the next time is no part of the export.
        await app.Client.GetByteArrayAsync(new Uri("/v1/error-events.parquet", UriKind.Relative));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var highest = 0L;
        long length = 0;

        using var response = await app.Client.GetAsync(new Uri("/v1/error-events.parquet", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[1 << 16];

        for (int read, reads = 0; (read = await body.ReadAsync(buffer)) > 0; reads++)
        {
            length += read;
            highest = reads % 10 == 0 ? Math.Max(highest, GC.GetTotalMemory(forceFullCollection: true)) : highest;
        }

        Assert.True(length > 5_000_000, $"{length} bytes");
        Assert.True(highest - before < 20_000_000, $"{highest - before} bytes held while {length} went out");
    }
}
