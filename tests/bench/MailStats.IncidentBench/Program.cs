using System.CommandLine;
using System.Globalization;
using MailStats.Contracts;
using MailStats.IncidentBench;

// Months of mail with known faults, followed live by the detector: what it finds, how soon, and what it finds that is not there.
//   dotnet run -c Release --project tests/bench/MailStats.IncidentBench [-- --tenants 40 --days 45 --seed 1 --ranges chosen|rough|large|other|validation]
var tenants = new Option<int>("--tenants") { Description = "Tenants, a seed each", DefaultValueFactory = _ => 40 };
var days = new Option<int>("--days") { Description = "Days of each", DefaultValueFactory = _ => 45 };
var seed = new Option<int>("--seed") { Description = "First seed", DefaultValueFactory = _ => 1 };
var ranges = new Option<string>("--ranges")
{
    Description = "What is drawn from: chosen, rough, large, other or validation",
    DefaultValueFactory = _ => "chosen",
};
var curve = new Option<FileInfo?>("--csv") { Description = "Every fault and how it was told" };
var details = new Option<bool>("--details") { Description = "Prints false alarms and what was not told right" };

var silences = new Option<bool>("--silences") { Description = "In place of failures, domains that stop sending: a fault's size is the mail that did not come" };
var mostMail = new Option<double>("--most-mail") { Description = "Leaves out tenants with more mail a day", DefaultValueFactory = _ => double.MaxValue };

var every = new Option<double>("--every") { Description = "Minutes after which the detector is told what is new", DefaultValueFactory = _ => 0.25 };

var kind = new Option<IncidentKind?>("--kind") { Description = "Faults of this kind alone" };

var command = new RootCommand("Measures the detection of incidents") { tenants, days, seed, ranges, curve, details, silences, mostMail, every, kind };
command.SetAction(result =>
{
    var chosen = result.GetValue(ranges) switch
    {
        "validation" => Ranges.Validation,
        "rough" => Ranges.Rough,
        "large" => Ranges.Large,
        "other" => Ranges.Other,
        _ => Ranges.Chosen,
    };
    var score = new Score(chosen, result.GetValue(days));
    var first = result.GetValue(seed) + (chosen == Ranges.Validation ? 1_000_000 : 0);

    for (var number = first; number < first + result.GetValue(tenants); number++)
    {
        var run = new Simulation(chosen, number, result.GetValue(days), result.GetValue(silences), result.GetValue(every), result.GetValue(kind));

        if (run.Tenant.MailADay <= result.GetValue(mostMail))
        {
            run.Run();
            score.Add(number, run);
        }
    }

    score.Print(Console.Out, result.GetValue(details));

    if (result.GetValue(curve) is { } file)
    {
        using var to = new StreamWriter(file.FullName, false, System.Text.Encoding.UTF8) { NewLine = "\n" };
        score.WriteCurve(to);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"every fault: {file.FullName}"));
    }
});

return command.Parse(args).Invoke();
