using System.CommandLine;
using MailStats.BrakeBench;

// Stolen mailboxes and honest months by several makers: recipients let through before the stop, and stops for nothing.
//   dotnet run -c Release --project tests/bench/MailStats.BrakeBench
//     [-- --maker classes|office|company|association|hosting --history 78 --seed 1 --mailboxes 4000 --thefts 25]
var makers = new Dictionary<string, Func<Draws, IMaker>>
{
    ["classes"] = draws => new ClassesOfSize(draws),
    ["office"] = draws => new OfficeMail(draws),
    ["company"] = draws => new CompanyMail(draws),
    ["association"] = draws => new AssociationMail(draws),
    ["hosting"] = draws => new HostingMail(draws),
};
var maker = new Option<string?>("--maker") { Description = "One of: " + string.Join(", ", makers.Keys) + "; all of them by default" };
var history = new Option<int?>("--history") { Description = "Days of mail before the month that is judged; 0 and 78 by default" };
var seed = new Option<int>("--seed") { Description = "First seed", DefaultValueFactory = _ => 1 };
var mailboxes = new Option<int>("--mailboxes") { Description = "Honest mailboxes", DefaultValueFactory = _ => 4_000 };
var thefts = new Option<int>("--thefts") { Description = "Thefts of each of twenty kinds", DefaultValueFactory = _ => 25 };
var details = new Option<bool>("--details") { Description = "Prints each kind of theft and the stops for nothing" };

var blind = new Option<bool>("--blind") { Description = "Leaves out whom the mail went to" };
var own = new Option<double?>("--own-networks")
{
    Description = "MTAs tell where mail comes from, and so many of the thieves (0 to 1) send from networks of the mailbox; not told by default",
};

var command = new RootCommand("Measures the brake") { maker, history, seed, mailboxes, thefts, details, blind, own };
command.SetAction(result =>
{
    Counted.Blind = result.GetValue(blind);

    foreach (var (name, make) in makers.Where(one => result.GetValue(maker) is null || one.Key == result.GetValue(maker)))
    {
        foreach (var days in result.GetValue(history) is { } one ? [one] : (int[])[78, 0])
        {
            var score = new Score(make, days, result.GetValue(own));
            score.Thefts(result.GetValue(seed), result.GetValue(thefts));
            score.Clean(result.GetValue(seed) + 1_000_000, result.GetValue(mailboxes));
            score.Print(Console.Out, name, result.GetValue(details));
        }
    }
});

return command.Parse(args).Invoke();
