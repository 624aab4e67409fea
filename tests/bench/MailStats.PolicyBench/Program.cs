using MailStats.PolicyBench;

// The Policy service in a process of its own over SQLite (or what Storage__Provider and Storage__ConnectionString name),
// asked by many MTA sessions at once.
//   dotnet run -c Release --project tests/bench/MailStats.PolicyBench [-- SESSIONS SECONDS [ENTRIES]]
// With ENTRIES the suppression list is enforced and has so many; every second recipient that is asked about is on it.
var sessions = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 200;
var seconds = args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 10;

await using var server = await PolicyProcess.StartAsync();
var entries = args.Length > 2 ? int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture) : 0;
var load = new Load(server.Port, sessions, entries);

Console.WriteLine($"{Environment.ProcessorCount} cores shared by server and load; {sessions} sessions");

if (entries > 0)
{
    var memory = await server.SuppressAsync(entries, load);
    // What only those on the list meet is compiled here.
    await load.RunAsync("warm-up, full list", limit: null, perSecond: 1000, TimeSpan.FromSeconds(3), server);
    await load.RunAsync("1,000 messages/s", limit: null, perSecond: 1000, TimeSpan.FromSeconds(seconds), server);
    Console.WriteLine(server.Growth(memory, entries));

    return 0;
}

await load.RunAsync("warm-up", limit: null, perSecond: 1000, TimeSpan.FromSeconds(2), server);
var exact = await load.RunToLimitAsync(limit: 1000, server);
Console.WriteLine($"limit 1,000: {exact} let through");
await load.RunAsync("1,000 messages/s", limit: null, perSecond: 1000, TimeSpan.FromSeconds(seconds), server);
await load.RunAsync("4,000 messages/s", limit: null, perSecond: 4000, TimeSpan.FromSeconds(seconds), server);
await load.RunAsync("as fast as answered", limit: null, perSecond: 0, TimeSpan.FromSeconds(seconds), server);

return exact == 1000 ? 0 : 1;
