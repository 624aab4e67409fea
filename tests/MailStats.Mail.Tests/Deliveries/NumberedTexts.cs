using MailStats.Contracts;
using MailStats.Mail.Deliveries;

namespace MailStats.Mail.Tests.Deliveries;

/// <summary>Gives numbers to texts by a rule, in the order in which they are first asked for.</summary>
internal sealed class NumberedTexts(Func<string, bool> isCommon) : IStoredTexts
{
    /// <summary>Every text has a number, the same for as long as the tests run.</summary>
    public static readonly NumberedTexts All = new(_ => true);

    private readonly Lock _lock = new();
    private readonly List<string> _texts = [];
    private readonly List<ReplyForm> _forms = [];
    private readonly List<Classification> _classifications = [];

    /// <summary>Texts that have a number.</summary>
    public IReadOnlyList<string> Texts => [.. _texts, .. _forms.Select(form => form.Pattern).OfType<string>()];

    public Classification this[long id] => _classifications[(int)id - 1];

    public long IdOf(Classification classification) => NumberOf(_classifications, classification);

    public int NumberOf(ReadOnlySpan<char> text, int recipient) => isCommon(text.ToString()) ? NumberOf(_texts, text.ToString()) : 0;

    public string TextOf(int number) => _texts[number - 1];

    // Through the text: what a store keeps of a form is that.
    public int NumberOf(in ReplyForm form, int recipient) =>
        isCommon(form.Pattern ?? "") && form.HasText ? NumberOf(_forms, ReplyForm.Parse(form.ToText())) : 0;

    public ReplyForm FormOf(int number) => _forms[number - 1];

    private int NumberOf<T>(List<T> known, T item)
    {
        lock (_lock)
        {
            var place = known.IndexOf(item);

            if (place < 0)
            {
                known.Add(item);
                place = known.Count - 1;
            }

            return place + 1;
        }
    }
}
