using MailStats.Mail.Deliveries;
using MailStats.Query.Export;
using Parquet;

namespace MailStats.Query.Tests.Export;

public sealed class ParquetTests
{
    [Fact]
    public async Task An_export_holds_every_row_of_every_page_in_its_own_type()
    {
        await using var app = await QueryApp.StartAsync();
        app.Log.Rows = ListExport<int>.RowsAGroup + 1;
        app.Log.Row = i => CsvTests.Row(i) with { ReplyCode = i == 7 ? null : 552, SpamScore = i == 7 ? null : 1.5, Detail = i == 7 ? null : "=1+1" };

        using var response = await app.Client.GetAsync(new Uri("/v1/error-events.parquet", UriKind.Relative));
        await using var file = new MemoryStream(await response.Content.ReadAsByteArrayAsync());
        await using var reader = await ParquetReader.CreateAsync(file);

        Assert.Equal("application/vnd.apache.parquet", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("error-events.parquet", response.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal(2, reader.RowGroupCount);
        var first = reader.OpenRowGroupReader(0);
        var last = reader.OpenRowGroupReader(1);
        Assert.Equal((ListExport<int>.RowsAGroup, 1), ((int)first.RowCount, (int)last.RowCount));

        var times = new DateTime[first.RowCount];
        await first.ReadAsync<DateTime>(Field("occurredAt"), times);
        Assert.Equal(CsvTests.Row(1).OccurredAt.UtcDateTime, times[1]);
        var codes = new long?[first.RowCount];
        await first.ReadAsync<long>(Field("smtpCode"), codes.AsMemory());
        Assert.Equal([552, null], new[] { codes[6], codes[7] });
        var scores = new double?[first.RowCount];
        await first.ReadAsync<double>(Field("spamScore"), scores.AsMemory());
        Assert.Equal([1.5, null], new[] { scores[6], scores[7] });
        var hard = new bool[first.RowCount];
        await first.ReadAsync<bool>(Field("hard"), hard);
        Assert.DoesNotContain(true, hard);
        // No spreadsheet runs what stands in a Parquet file: nothing is put before it.
        var details = new string?[first.RowCount];
        await first.ReadAsync(Field("detail"), details.AsMemory());
        Assert.Equal(("=1+1", null), (details[6], details[7]));
        var ids = new string?[1];
        await last.ReadAsync(Field("id"), ids.AsMemory());
        Assert.Equal(CsvTests.Row(ListExport<int>.RowsAGroup).Id.ToString(), ids[0]);

        Parquet.Schema.DataField Field(string name) => reader.Schema.GetDataFields().Single(field => field.Name == name);
    }

    [Fact]
    public async Task A_list_without_rows_is_a_file_without_rows()
    {
        await using var app = await QueryApp.StartAsync();

        await using var file = new MemoryStream(await app.Client.GetByteArrayAsync(new Uri("/v1/activities.parquet", UriKind.Relative)));
        await using var reader = await ParquetReader.CreateAsync(file);

        Assert.Equal(0, reader.RowGroupCount);
        Assert.Equal(
            ["occurredAt", "status", "recipient", "subject", "sender", "queueId", "reason", "advice", "id"],
            reader.Schema.GetDataFields().Select(field => field.Name));
    }
}
