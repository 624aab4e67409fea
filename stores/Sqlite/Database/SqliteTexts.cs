using MailStats.Contracts;
using MailStats.Mail.Deliveries;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>
/// Numbers of the texts that stand in many deliveries, within one session; like names they are never removed or changed. A
/// text gets its number when it was met in the mail of several recipients, so neither what is said once nor what is said of
/// one person fills the tables.
/// </summary>
internal sealed class SqliteTexts(SqliteSession session) : IStoredTexts
{
    private readonly NumberedTexts<string> _texts = new(
        session, "texts", "text", text => text, text => text, StringComparer.Ordinal);

    private readonly NumberedTexts<ReplyForm> _forms = new(
        session, "reply_forms", "form", form => form.HasText ? form.ToText() : null, ReplyForm.Parse, EqualityComparer<ReplyForm>.Default);

    public Classification this[long id] => session.Names[id];

    public long IdOf(Classification classification) => session.Names.IdOf(classification);

    public int NumberOf(ReadOnlySpan<char> text, int recipient) => _texts.Numbers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var number)
        ? number
        : _texts.Meet(text.ToString(), recipient);

    public string TextOf(int number) => _texts[number];

    public int NumberOf(in ReplyForm form, int recipient) => _forms.Numbers.TryGetValue(form, out var number) ? number : _forms.Meet(form, recipient);

    public ReplyForm FormOf(int number) => _forms[number];
}
