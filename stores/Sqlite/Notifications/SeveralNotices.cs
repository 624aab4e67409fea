using System.Text;
using System.Text.Json;
using MailStats.Mail.Suppression;

namespace MailStats.Stores.Sqlite.Notifications;

/// <summary>
/// Notices that stand in one row of the outbox. A mailing to an old list puts thousands of addresses on the suppression list
/// in a second; a row, an entry of the index by id and a mark for each would cost more than all else about them.
/// </summary>
internal static class SeveralNotices
{
    /// <summary>The type of such a row.</summary>
    public const string Type = "SeveralNotices";

    /// <summary>Notices of a row: some 60 kB.</summary>
    public const int Most = 100;

    /// <summary>An object, so that the outbox can put the trace into it. Contents are JSON already.</summary>
    public static string Write(IReadOnlyCollection<SuppressionNotice> notices)
    {
        var text = new StringBuilder("{\"notices\":[");

        foreach (var notice in notices)
        {
            text.Append(text[^1] == '[' ? "" : ",").Append("{\"id\":\"").Append(notice.NoticeId).Append("\",\"type\":\"").Append(notice.Type)
                .Append("\",\"content\":").Append(notice.Content).Append('}');
        }

        return text.Append("]}").ToString();
    }

    public static IReadOnlyList<SuppressionNotice> Read(string content)
    {
        using var document = JsonDocument.Parse(content);

        return
        [
            .. document.RootElement.GetProperty("notices").EnumerateArray().Select(notice => new SuppressionNotice(
                notice.GetProperty("id").GetGuid(), notice.GetProperty("type").GetString()!, notice.GetProperty("content").GetRawText())),
        ];
    }
}
