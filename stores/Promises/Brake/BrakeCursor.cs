using System.Buffers.Text;
using System.Globalization;
using System.Text;
using MailStats.Mail.Lists;

namespace MailStats.Stores.Brake;

/// <summary>Place in a list of stops, by time and id.</summary>
public readonly record struct BrakeCursor(long Since, string Id)
{
    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Since} {Id}")));

    /// <summary>Null for null.</summary>
    /// <exception cref="InvalidCursorException">Not what <see cref="ToString"/> gives.</exception>
    public static BrakeCursor? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Length > 200 || !Base64Url.IsValid(text))
        {
            throw new InvalidCursorException();
        }

        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(' ');

        return parts is [var since, var id] && long.TryParse(since, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at)
            ? new(at, id)
            : throw new InvalidCursorException();
    }
}
