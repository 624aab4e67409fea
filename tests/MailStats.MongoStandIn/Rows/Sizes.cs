using System.Text;
using MongoDB.Bson;

namespace MailStats.MongoStandIn.Rows;

/// <summary>
/// How large things are for MongoDB's storage engine, before it compresses them and leaves out what neighbours have in common: a document is
/// its BSON under a record's number; an entry of an index is its values in their comparable form, an end mark, and the record's number.
/// </summary>
internal static class Sizes
{
    /// <summary>Numbers of up to some millions of records.</summary>
    private const int RecordNumber = 4;

    private const int EndMark = 1;

    public static long Of(BsonDocument document) => document.ToBson().Length + RecordNumber;

    public static long Of(Entry entry) => entry.Key.Sum(Of) + EndMark + RecordNumber;

    /// <summary>A byte for the type, then the value; texts end with a zero, whole numbers have as many bytes as they need.</summary>
    private static int Of(BsonValue value) => value switch
    {
        BsonString text => 2 + Encoding.UTF8.GetByteCount(text.Value),
        BsonInt32 or BsonInt64 => 1 + Significant(value.ToInt64()),
        BsonBinaryData data => 3 + data.Bytes.Length,
        BsonObjectId => 13,
        BsonDocument document => 2 + document.Elements.Sum(element => Encoding.UTF8.GetByteCount(element.Name) + 1 + Of(element.Value)),
        BsonNull or BsonBoolean => 1,
        _ => 9,
    };

    private static int Significant(long number)
    {
        var magnitude = (ulong)Math.Abs(number);

        // One bit of the last byte is a mark.
        return magnitude == 0 ? 0 : (64 - int.CreateChecked(ulong.LeadingZeroCount(magnitude)) + 8) / 8;
    }
}
