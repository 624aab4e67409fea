using System.Text;
using MailStats.Mail.Lists;
using MailStats.ServiceDefaults;
using MailStats.Stores.Administration;

namespace MailStats.Query.Lists;

/// <summary>
/// Cursors as callers see them: encrypted, and bound to the tenant, the list and its filters. The store's own cursors tell
/// how many rows there are of all tenants together; sealed they tell nothing and fit nowhere else.
/// </summary>
internal sealed class SealedCursors(ISecretStore secrets)
{
    private const string Secret = "cursors";
    private const int LongestCursor = 512;

    /// <summary>A page of a list, read with the store's own cursor and handed on with a sealed one.</summary>
    /// <param name="list">Names the list, its tenant and its filters; in another the cursor does not open.</param>
    /// <param name="cursor">As the caller sent it.</param>
    /// <param name="read">Reads a page from the store's cursor on.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidCursorException">The cursor was not sealed here for this list.</exception>
    public async Task<Page<T>> PageAsync<T>(
        string list, string? cursor, Func<string?, Task<Page<T>>> read, CancellationToken cancellationToken)
    {
        var page = await read(await OpenAsync(cursor, list, cancellationToken));

        return page with { Next = await SealAsync(page.Next, list, cancellationToken) };
    }

    /// <summary>Null for null.</summary>
    private async ValueTask<string?> SealAsync(string? cursor, string list, CancellationToken cancellationToken) =>
        cursor is null ? null : (await SealAsync(cancellationToken)).Close(Encoding.UTF8.GetBytes(cursor), list);

    /// <summary>Null for null.</summary>
    /// <exception cref="InvalidCursorException">It was not sealed here for this list.</exception>
    private async ValueTask<string?> OpenAsync(string? text, string list, CancellationToken cancellationToken)
    {
        if (text is null)
        {
            return null;
        }

        return text.Length <= LongestCursor && (await SealAsync(cancellationToken)).Open(text, list) is { } plain
            ? Encoding.UTF8.GetString(plain)
            : throw new InvalidCursorException();
    }

    private async ValueTask<Seal> SealAsync(CancellationToken cancellationToken) =>
        new(await secrets.GetOrCreateAsync(Secret, cancellationToken), "cursor");
}
