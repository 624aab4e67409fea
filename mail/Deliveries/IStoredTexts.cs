using MailStats.Contracts;

namespace MailStats.Mail.Deliveries;

/// <summary>Numbers for classifications: the few texts of advice are kept once, not with every delivery.</summary>
public interface IClassificationTable
{
    long IdOf(Classification classification);

    Classification this[long id] { get; }
}

/// <summary>
/// Numbers, from 1 on, for texts that stand in many deliveries. What has a number keeps it; a text that has none yet is
/// written out, so a store is free to number only what it meets often, and to stop at a bound.
/// </summary>
public interface IStoredTexts : IClassificationTable
{
    /// <summary>0 for a text that has no number.</summary>
    /// <param name="text">The text, or a pattern of texts (see <see cref="TextPattern"/>).</param>
    /// <param name="recipient">A hash of the recipient whose mail it stands in: what is said of one person alone is no common text.</param>
    int NumberOf(ReadOnlySpan<char> text, int recipient);

    string TextOf(int number);

    /// <summary>0 for a form that has no number.</summary>
    int NumberOf(in ReplyForm form, int recipient);

    ReplyForm FormOf(int number);
}
