using MongoDB.Bson;

namespace MailStats.MongoStandIn.Commands;

/// <summary>
/// The fail point <c>failCommand</c>: tells some commands of some clients, or of all, that they failed or were done without being
/// acknowledged by a majority, or closes their connection (<see cref="StandInOptions.DoesBeforeClosing"/>).
/// </summary>
internal sealed class FailPoint
{
    private readonly Lock _lock = new();
    private readonly List<Fault> _faults = [];

    public BsonDocument Configure(Request request)
    {
        request.Allow("configureFailPoint", "mode", "data");
        var data = request.Document("data");

        if (request.Body["configureFailPoint"] != "failCommand")
        {
            throw CommandError.Unknown($"the fail point {request.Body["configureFailPoint"]}");
        }

        Request.Allow(data, ["failCommands", "appName", "errorCode", "closeConnection", "errorLabels", "writeConcernError"], "failCommand");
        var application = data.GetValue("appName", null)?.AsString;
        var mode = request.Body["mode"] switch
        {
            BsonDocument some => some,
            BsonString { Value: "alwaysOn" } => [],
            _ => null,
        };

        lock (_lock)
        {
            // One for each client that is named, so that tests that run side by side do not meet each other's.
            _faults.RemoveAll(fault => fault.Application == application);

            if (mode is not null)
            {
                Request.Allow(mode, ["times", "activationProbability"], "mode");
                _faults.Add(new(application, [.. data["failCommands"].AsBsonArray.Select(name => name.AsString)], data)
                {
                    Times = mode.GetValue("times", int.MaxValue).ToInt32(), Probability = mode.GetValue("activationProbability", 1.0).ToDouble(),
                });
            }
        }

        return [];
    }

    /// <summary>What a command of a client is to be answered with, null when nothing is wrong.</summary>
    public Strike? Find(string command, string application)
    {
        lock (_lock)
        {
            var fault = _faults.Find(fault =>
                (fault.Application ?? application) == application && fault.Times > 0 && fault.Commands.Contains(command) && fault.Strikes());

            if (fault is null)
            {
                return null;
            }

            fault.Times--;

            return new(fault.Data);
        }
    }

    private sealed class Fault(string? application, string[] commands, BsonDocument data)
    {
        // The same faults at every run.
        private readonly Random _random = new(4711);

        /// <summary>Null for all clients.</summary>
        public string? Application => application;

        public string[] Commands => commands;

        public BsonDocument Data => data;

        public int Times { get; set; }

        public double Probability { get; init; }

#pragma warning disable CA5394 // No secret is made of it.
        public bool Strikes() => Probability >= 1 || _random.NextDouble() < Probability;
#pragma warning restore CA5394
    }
}

/// <summary>How a command is to fail.</summary>
internal sealed class Strike(BsonDocument data)
{
    public bool Closes => data.GetValue("closeConnection", false).ToBoolean();

    /// <summary>Instead of being done.</summary>
    public ErrorCode? Code => data.TryGetValue("errorCode", out var code) ? (ErrorCode)code.ToInt32() : null;

    /// <summary>Beside the answer of what was done.</summary>
    public BsonDocument? WriteConcernError => data.TryGetValue("writeConcernError", out var error) ? error.AsBsonDocument : null;

    /// <summary>Null for those that a server gives itself.</summary>
    public BsonArray? Labels => data.TryGetValue("errorLabels", out var labels) ? labels.AsBsonArray : null;
}
