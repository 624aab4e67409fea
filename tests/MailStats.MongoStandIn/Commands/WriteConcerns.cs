using MongoDB.Bson;

namespace MailStats.MongoStandIn.Commands;

/// <summary>What was done but is not on as many members as the client asked for is told beside the answer.</summary>
internal static class WriteConcerns
{
    private const int Members = 1;

    public static void Add(BsonDocument answer, Request request, Strike? fault)
    {
        var isWrite = request.Name is "insert" or "update" or "delete" or "findAndModify" && !request.IsInTransaction;

        if (fault?.WriteConcernError is { } told)
        {
            var labels = fault.Labels ?? Labels.OfUnacknowledged(request, (ErrorCode)told["code"].ToInt32());
            answer["writeConcernError"] = told;
            _ = labels.Count > 0 ? answer.Set("errorLabels", labels) : answer;
        }
        else if ((isWrite || request.Name is "commitTransaction" or "abortTransaction") && Wanted(request) > Members)
        {
            answer["writeConcernError"] = new BsonDocument
            {
                { "code", (int)ErrorCode.UnsatisfiableWriteConcern }, { "codeName", nameof(ErrorCode.UnsatisfiableWriteConcern) },
                { "errmsg", "Not enough data-bearing nodes" },
            };
        }
    }

    private static int Wanted(Request request) =>
        request.Document("writeConcern").GetValue("w", Members) is { IsNumeric: true } members ? members.ToInt32() : Members;
}
