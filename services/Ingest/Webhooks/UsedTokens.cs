using System.Security.Cryptography;
using System.Text;

namespace MailStats.Ingest.Webhooks;

/// <summary>
/// Tokens that have proven a body. They stand in two generations: when the younger is as old as a token may be, or full, the
/// older is forgotten at once, so that no post pays for looking through all of them.
/// </summary>
/// <remarks>
/// Bound: two generations of a million entries of some 60 bytes, 120 MB, which is 23 posts a second over twelve hours. Past it a token
/// is forgotten sooner and would prove another body: who has a right token from Mailgun is needed for that.
/// Of this process only: a restart forgets them, and replicas do not tell each other.
/// </remarks>
internal sealed class UsedTokens(TimeSpan oldest, int most = UsedTokens.MaxOfGeneration)
{
    public const int MaxOfGeneration = 1_000_000;

    private readonly Lock _lock = new();
    private Dictionary<Guid, Guid> _younger = [];
    private Dictionary<Guid, Guid> _older = [];
    private DateTimeOffset _begun;

    /// <summary>True when the token comes for the first time, or again with the body it came with first.</summary>
    public bool Proves(string token, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var (key, content) = (Hash(Encoding.UTF8.GetBytes(token)), Hash(body));

        lock (_lock)
        {
            if (_younger.Count >= most || now - _begun >= oldest)
            {
                _older = _younger;
                _younger = [];
                _begun = now;
            }

            if (_younger.TryGetValue(key, out var known) || _older.TryGetValue(key, out known))
            {
                return known == content;
            }

            _younger[key] = content;

            return true;
        }
    }

    private static Guid Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);

        return new Guid(hash[..16]);
    }
}
