using System.Buffers;

namespace MailStats.Classifier.Replies;

/// <summary>
/// A server that asks another one about the recipient before it answers says so and then tells what came of it:
/// <c>Recipient address rejected: unverified address: connect to mx.example.net: Connection refused</c>. What came of it decides.
/// </summary>
internal static class NestedVerification
{
    private static readonly string[] _beginnings =
    [
        "unverified address: ",
        "undeliverable address: ",
        "callout verification failed: ",
        "recipient verify failed: ",
    ];

    private static readonly SearchValues<string> _anyBeginning = SearchValues.Create(_beginnings, StringComparison.Ordinal);

    /// <returns>Where the outcome begins in a reply in normal form, 0 where there is none.</returns>
    public static int FindOutcome(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAny(_anyBeginning))
        {
            return 0;
        }

        foreach (var beginning in _beginnings)
        {
            if (text.LastIndexOf(beginning, StringComparison.Ordinal) is var start and >= 0 && start + beginning.Length < text.Length)
            {
                return start + beginning.Length;
            }
        }

        return 0;
    }
}
