using MailStats.Contracts;
using MailStats.Mail.Deliveries;

namespace MailStats.Mail.Tests.Deliveries;

/// <summary>Gives numbers to texts by a rule, in the order in which they are first asked for.</summary>
internal sealed class NumberedTexts(Func<string, bool> isCommon) : IStoredTexts
{
    /// <summary>Every text has a number, the same for as long as the tests run.</summary>
    public static readonly NumberedTexts All = new(_ => true);

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, int> _texts = [];
    private readonly OrderedDictionary<ReplyForm, int> _forms = [];
    private readonly OrderedDictionary<Classification, int> _classifications = [];

    public Classification this[long id] => Numbered(_classifications, (int)id);

    public long IdOf(Classification classification) => NumberOf(_classifications, classification);

    public int NumberOf(ReadOnlySpan<char> text, int recipient) => isCommon(text.ToString()) ? NumberOf(_texts, text.ToString()) : 0;

    public string TextOf(int number) => Numbered(_texts, number);

    // Through the text: what a store keeps of a form is that.
    public int NumberOf(in ReplyForm form, int recipient) =>
        isCommon(form.Pattern ?? "") && form.HasText ? NumberOf(_forms, ReplyForm.Parse(form.ToText())) : 0;

    public ReplyForm FormOf(int number) => Numbered(_forms, number);

    private int NumberOf<T>(OrderedDictionary<T, int> known, T item)
        where T : notnull
    {
        lock (_lock)
        {
            if (!known.TryGetValue(item, out var number))
            {
                number = known.Count + 1;
                known.Add(item, number);
            }

            return number;
        }
    }

    private T Numbered<T>(OrderedDictionary<T, int> known, int number)
        where T : notnull
    {
        lock (_lock)
        {
            return known.GetAt(number - 1).Key;
        }
    }
}
