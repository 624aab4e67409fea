using System.Security.Cryptography;
using System.Text;

namespace MailStats.Classifier.Scoring;

/// <summary>
/// The part of labelled replies on which rules are never tuned: three in ten, told by their text alone, so that a reply stays
/// in its part whatever is added to the file. Of this part only the score is looked at.
/// </summary>
internal static class ValidationPart
{
    private const byte FirstOutside = 77;

    public static bool Has(LabelledReply row) => SHA256.HashData(Encoding.UTF8.GetBytes(row.Reply.Text ?? string.Empty))[0] < FirstOutside;
}
