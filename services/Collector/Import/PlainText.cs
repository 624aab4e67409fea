namespace MailStats.Collector.Import;

/// <summary>A log's text for a terminal: a line of it may hold anything.</summary>
internal static class PlainText
{
    /// <summary>Characters shown of one text; a reply has some hundred.</summary>
    public const int MaximumLength = 500;

    public static string Of(string text)
    {
        var shown = text.Length <= MaximumLength ? text : text[..MaximumLength] + "…";

        return string.Create(shown.Length, shown, (characters, source) =>
        {
            for (var index = 0; index < characters.Length; index++)
            {
                characters[index] = char.IsControl(source[index]) ? ' ' : source[index];
            }
        });
    }
}
