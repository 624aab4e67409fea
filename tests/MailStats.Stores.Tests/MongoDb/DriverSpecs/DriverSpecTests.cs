using MailStats.MongoStandIn;
using MongoDB.Bson;
using MongoDB.Driver;
using Xunit.Abstractions;

namespace MailStats.Stores.Tests.MongoDb.DriverSpecs;

/// <summary>
/// MongoDB's published tests of its drivers (CRUD, transactions, retryable reads and writes, sessions) against the stand-in.
/// <c>MAILSTATS_MONGODB_SPECS</c> names a copy of github.com/mongodb/specifications; skipped without one. Whatever the stand-in
/// does not refuse it must do as MongoDB does.
/// </summary>
public sealed class DriverSpecTests(ITestOutputHelper output)
{
    private const string Variable = "MAILSTATS_MONGODB_SPECS";

    [SkippableFact]
    public async Task What_the_stand_in_does_not_refuse_it_does_as_MongoDB()
    {
        var folder = Environment.GetEnvironmentVariable(Variable);
        Skip.If(string.IsNullOrEmpty(folder), $"{Variable} names no copy of MongoDB's specifications.");
        var outcomes = new List<(string Kind, string About, string Test)>();

        foreach (var file in SpecFile.In(folder))
        {
            foreach (var test in file.Tests.Where(file.IsFor))
            {
                outcomes.Add(await RunAsync(file, test));
            }
        }

        foreach (var kind in outcomes.GroupBy(outcome => outcome.Kind))
        {
            output.WriteLine($"{kind.Key}: {kind.Count()}");

            foreach (var about in kind.Where(outcome => outcome.About.Length > 0).GroupBy(outcome => outcome.About).OrderByDescending(group => group.Count()))
            {
                output.WriteLine($"  {about.Count(),4}  {about.Key}{(kind.Key == "wrong" ? $" ({about.First().Test})" : "")}");
            }
        }

        Assert.True(outcomes.Count(outcome => outcome.Kind == "passed") > 100, "Hardly any test was run.");
        Assert.Empty(outcomes.Where(outcome => outcome.Kind == "wrong").Select(outcome => $"{outcome.Test}: {outcome.About}"));
    }

    /// <summary>What the runner does not even send.</summary>
    [Fact]
    public async Task Commands_that_are_counted_as_refused_are_refused()
    {
        await using var server = StandIn.Start(new(), TimeProvider.System);
        using var client = new MongoClient(server.ConnectionString);

        foreach (var command in SpecOperations.Refused.Values.Distinct())
        {
            var refusal = await Assert.ThrowsAsync<MongoCommandException>(
                () => client.GetDatabase("test").RunCommandAsync<BsonDocument>(new BsonDocument(command, 1)));
            Assert.Equal(59, refusal.Code);
        }
    }

    private static async Task<(string Kind, string About, string Test)> RunAsync(SpecFile file, BsonDocument test)
    {
        await using var server = StandIn.Start(new() { DoesBeforeClosing = false }, TimeProvider.System);
        using var run = new SpecRun(server);
        var name = $"{file.Name}: {test["description"]}";

        try
        {
            await run.TestAsync(file, test);

            return run.Refused is { } refused ? Refusal(refused, name) : ("passed", "", name);
        }
        catch (RefusedException error)
        {
            return ("refused", error.Message, name);
        }
        catch (NotKnownException error)
        {
            return run.Refused is { } refused ? Refusal(refused, name) : ("not known to this runner", error.Message, name);
        }
        catch (SpecException error)
        {
            return run.Refused is { } refused ? Refusal(refused, name) : ("wrong", error.Message, name);
        }
    }

    private static (string, string, string) Refusal((string Command, string Message) refused, string name) => ("refused", refused.Command, name);
}
