namespace MailStats.Query.Export;

/// <summary>What the API's document says of every export.</summary>
internal static class ExportTexts
{
    public const string Csv =
        "All rows that match, in the order of the list, as RFC 4180 in UTF-8 with a header line. A text that a spreadsheet would "
        + "take for a formula has an apostrophe before it.";

    public const string Parquet =
        "All rows that match, in the order of the list, as one Apache Parquet file with the columns of the CSV: texts, whole and other "
        + "numbers, flags, times in microseconds UTC. Texts stand as they are.";
}
