using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;

namespace MailStats.Mail.Tests.Search;

public sealed class LogPageTests
{
    /// <summary>However rows of one time come, and again.</summary>
    [Fact]
    public void Rows_of_one_time_are_ordered_by_id_and_pages_go_on_where_they_ended()
    {
        LogCursor[] rows = [.. Enumerable.Range(0, 50).Select(number => new LogCursor(100 - (number / 20), DeliveryId.Of(new("acme", $"m{number}", "ann@example.net")), 4))];
        var expected = rows.OrderDescending().Select(row => row.Delivery).ToList();

        foreach (var limit in new[] { 1, 7, 50, 51 })
        {
            var found = new List<DeliveryId>();
            string? cursor = null;

            do
            {
                var page = new LogPage<object>(limit, LogCursor.Parse(cursor));

                foreach (var row in rows.Concat(rows.Take(5)).OrderByDescending(row => row.At).ThenBy(row => row.Delivery.Value % 7))
                {
                    if (!page.Takes(row.At))
                    {
                        break;
                    }

                    page.Add(row, row.Delivery);
                }

                var (items, next) = page.ToPage();
                Assert.True(items.Count == limit || next is null);
                found.AddRange(items.Cast<DeliveryId>());
                cursor = next;
            }
            while (cursor is not null);

            Assert.Equal(expected, found);
        }
    }

    [Fact]
    public void Cursors_come_back_and_others_are_refused()
    {
        var cursor = new LogCursor(-5, DeliveryId.Of(new("acme", "m1", "ann@example.net")), 7);

        Assert.Equal(cursor, LogCursor.Parse(cursor.ToString()));
        Assert.Null(LogCursor.Parse(null));
        Assert.Throws<InvalidCursorException>(() => LogCursor.Parse("AAAA"));
        Assert.Throws<InvalidCursorException>(() => LogCursor.Parse(new('A', cursor.ToString().Length)));
    }
}
