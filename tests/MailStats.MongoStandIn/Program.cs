using System.CommandLine;
using System.Net;
using MailStats.MongoStandIn;

// A MongoDB replica set of one member, in memory: what is in it is gone when it ends.
//   dotnet run --project tests/MailStats.MongoStandIn -- --port 27017 --host 0.0.0.0
// With MONGO_INITDB_ROOT_USERNAME and MONGO_INITDB_ROOT_PASSWORD, as MongoDB's image has them, clients must log in.
var host = new Option<string>("--host") { Description = "Address to listen on", DefaultValueFactory = _ => "127.0.0.1" };
var port = new Option<int>("--port") { Description = "Port to listen on", DefaultValueFactory = _ => 27017 };
var lifetime = new Option<int>("--transaction-lifetime") { Description = "Seconds after which an open transaction is ended", DefaultValueFactory = _ => 60 };
var command = new RootCommand("Stands in for MongoDB, in memory") { host, port, lifetime };

command.SetAction(async (parsed, cancellationToken) =>
{
    var user = Environment.GetEnvironmentVariable("MONGO_INITDB_ROOT_USERNAME");
    await using var standIn = StandIn.Start(
        new()
        {
            Address = new(IPAddress.Parse(parsed.GetValue(host)!), parsed.GetValue(port)),
            TransactionLifetime = TimeSpan.FromSeconds(parsed.GetValue(lifetime)),
            Login = string.IsNullOrEmpty(user) ? null : (user, Environment.GetEnvironmentVariable("MONGO_INITDB_ROOT_PASSWORD") ?? ""),
        },
        TimeProvider.System);
    Console.WriteLine($"Standing in for MongoDB at {standIn.Address}");
    var ended = new TaskCompletionSource();
    await using var ending = cancellationToken.Register(ended.SetResult);
    await ended.Task;

    return 0;
});

return await command.Parse(args).InvokeAsync();
