namespace MailStats.Mail.Addresses;

/// <summary>
/// The sender's address as people know it: lower-case, its domain in ASCII form, and free of what mailing software adds
/// for each recipient or message.
/// </summary>
/// <param name="Domain">Lower-case ASCII form (RFC 5890).</param>
/// <param name="Address">The whole address, lower-case.</param>
public readonly record struct Mailbox(string Domain, string Address)
{
    /// <summary>Where the mail of a source goes that does not say who sent it.</summary>
    public static readonly Mailbox Unknown = new("unknown", "unknown");

    private static readonly HashSet<string> BounceWords = new(StringComparer.Ordinal)
    {
        "bounce", "bounces", "return", "returns", "verp", "owner", "errors", "admin", "request",
    };

    /// <summary>Null for the null sender (RFC 5321 §4.5.5), <see cref="Unknown"/> when neither address is given.</summary>
    /// <param name="headerFrom">Address in the header From, where the source gives it.</param>
    /// <param name="envelopeSender">Reverse-path: empty for the null sender, null when not known.</param>
    public static Mailbox? Of(string? headerFrom, string? envelopeSender)
    {
        if (envelopeSender is { Length: 0 })
        {
            return null;
        }

        if (!KnownMailboxes.TryFind(headerFrom, envelopeSender, out var mailbox))
        {
            mailbox = string.IsNullOrWhiteSpace(headerFrom)
                ? envelopeSender is null ? Unknown : Parse(envelopeSender, decorated: true)
                : Parse(headerFrom, decorated: false);
            KnownMailboxes.Keep(headerFrom, envelopeSender, mailbox);
        }

        return mailbox;
    }

    /// <summary>
    /// The mailbox that a caller names, as it is shown in the lists; null when the text is not an address. Nothing is taken off:
    /// a name out of a list is whole.
    /// </summary>
    public static Mailbox? Named(string text)
    {
        if (EmailAddress.Read(text, out _) is not { } address)
        {
            return null;
        }

        var domain = EmailAddress.DomainOf(address);

        return new(domain.ToString(), string.Concat(address[..^domain.Length].ToLowerInvariant(), domain));
    }

    private static Mailbox Parse(string text, bool decorated)
    {
        _ = EmailAddress.TryTakeOutOfBrackets(text.AsSpan().Trim(), out var address);
        var at = address.LastIndexOf('@');

        if (at < 0 || at == address.Length - 1)
        {
            var name = address.TrimEnd('@').ToString().ToLowerInvariant();
            return name.Length == 0 ? Unknown : new(Unknown.Domain, name);
        }

        var local = address[..at].ToString().ToLowerInvariant();
        var domain = address[(at + 1)..].ToString();

        if (decorated)
        {
            var (plain, plainDomain) = Undecorate(local, domain);

            // Who imitates a decoration must not make up a name that no filter can ask for.
            if (!ReferenceEquals(plain, local) && EmailAddress.Read($"{plain}@{plainDomain}", out _) is not null)
            {
                (local, domain) = (plain, plainDomain);
            }
        }

        domain = DomainName.Fold(domain);

        return new(domain, local + "@" + domain);
    }

    /// <summary>Takes off SRS and BATV, which can be nested, then VERP.</summary>
    private static (string Local, string Domain) Undecorate(string local, string domain)
    {
        for (var depth = 0; depth < 4; depth++)
        {
            if (TryTakeOffSrs(ref local, ref domain) || TryTakeOffBatv(ref local))
            {
                continue;
            }

            break;
        }

        return (TakeOffVerp(local), domain);
    }

    /// <summary>
    /// Sender Rewriting Scheme: <c>SRS0=hash=time=domain=local@forwarder</c>,
    /// <c>SRS1=hash=first==hash=time=domain=local@second</c>, and <c>local+SRS=hash=time=domain=local@forwarder</c>.
    /// </summary>
    private static bool TryTakeOffSrs(ref string local, ref string domain)
    {
        string rest;

        if (local.StartsWith("srs0", StringComparison.Ordinal) && HasSeparatorAt(local, 4))
        {
            rest = local[5..];
        }
        else if (local.StartsWith("srs1", StringComparison.Ordinal) && HasSeparatorAt(local, 4)
            && local[5..].Split('=', 3) is [_, _, var inner])
        {
            rest = inner.TrimStart('=', '+', '-');
        }
        else if (local.IndexOf("+srs=", StringComparison.Ordinal) is >= 0 and var plus)
        {
            rest = local[(plus + 5)..];
        }
        else
        {
            return false;
        }

        // hash | time | domain | local, and the local part may itself hold "="
        var fields = rest.Split('=', 4);

        if (fields.Length < 4 || fields[2].Length == 0 || fields[3].Length == 0)
        {
            return false;
        }

        (local, domain) = (fields[3], fields[2]);

        return true;

        static bool HasSeparatorAt(string text, int index) => text.Length > index + 1 && text[index] is '=' or '+' or '-';
    }

    /// <summary>
    /// Bounce Address Tag Validation: <c>prvs=tag=local</c>, the older <c>prvs=local/tag</c>, <c>btv1==tag==local</c>,
    /// <c>msprvs1=tag=local</c>.
    /// </summary>
    private static bool TryTakeOffBatv(ref string local)
    {
        if (local.StartsWith("btv1==", StringComparison.Ordinal)
            && local.IndexOf("==", 6, StringComparison.Ordinal) is > 6 and var end && end + 2 < local.Length)
        {
            local = local[(end + 2)..];
            return true;
        }

        var prefix = local.StartsWith("prvs=", StringComparison.Ordinal) ? 5
            : local.StartsWith("msprvs1=", StringComparison.Ordinal) ? 8
            : 0;

        if (prefix == 0)
        {
            return false;
        }

        var rest = local[prefix..];

        if (rest.IndexOf('=') is > 0 and var equals && equals + 1 < rest.Length)
        {
            local = rest[(equals + 1)..];
            return true;
        }

        if (rest.LastIndexOf('/') is > 0 and var slash)
        {
            local = rest[..slash];
            return true;
        }

        return false;
    }

    /// <summary>Variable Envelope Return Path: <c>bounces+1027-ann=example.net</c>, <c>list-return-12-ann=example.net</c>.</summary>
    private static string TakeOffVerp(string local)
    {
        var plus = local.IndexOf('+');
        var equals = local.LastIndexOf('=');

        if (equals <= 0 || !LooksLikeDomain(local.AsSpan(equals + 1)))
        {
            // bounces+1027: a tag after a bounce word names the message, a tag after a name is a person's own.
            return plus > 0 && BounceWords.Contains(local[..plus]) ? local[..plus] : TakeOffToken(local);
        }

        if (plus > 0 && plus < equals)
        {
            return local[..plus];
        }

        var words = local[..equals].Split('-');

        for (var length = 1; length < words.Length; length++)
        {
            if (BounceWords.Contains(words[length - 1]) || IsNumber(words[length]))
            {
                return string.Join('-', words[..length]);
            }
        }

        return words.Length > 1 ? string.Join('-', words[..^1]) : local;
    }

    /// <summary>Amazon SES names each message in its own envelope sender: <c>0102017f…-8-4-4-4-12-000000</c>.</summary>
    private static string TakeOffToken(string local)
    {
        var words = local.Length is >= 50 and <= 64 ? local.Split('-') : [];

        return words is [{ Length: 16 }, { Length: 8 }, { Length: 4 }, { Length: 4 }, { Length: 4 }, { Length: 12 }, { Length: 6 }]
            ? "bounces"
            : local;
    }

    private static bool IsNumber(string text) => text.Length > 0 && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;

    private static bool LooksLikeDomain(ReadOnlySpan<char> text)
    {
        if (text.IndexOf('.') <= 0 || text[^1] == '.')
        {
            return false;
        }

        foreach (var character in text)
        {
            if (!char.IsLetterOrDigit(character) && character is not ('.' or '-' or '_'))
            {
                return false;
            }
        }

        return true;
    }
}
