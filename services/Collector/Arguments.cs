using System.CommandLine;
using System.CommandLine.Parsing;

namespace MailStats.Collector;

/// <summary>What is wrong with a command line is told with the name that was probably meant.</summary>
internal static class Arguments
{
    /// <summary>Logs. What begins with a dash is a misspelt option, else it would be taken for one more log.</summary>
    public static Argument<string[]> Logs(string description)
    {
        var files = new Argument<string[]>("FILE") { Description = description, Arity = ArgumentArity.OneOrMore };
        files.Validators.Add(result =>
        {
            var options = (result.Parent as CommandResult)?.Command.Options.Select(option => option.Name).ToList() ?? [];
            foreach (var token in result.Tokens.Where(token => token.Value is ['-', _, ..]))
            {
                var (name, _) = Divide(token.Value);
                result.AddError($"{name}: is no option{NearestName.Suggest(name, options)} (for a file of that name write ./{token.Value})");
            }
        });

        return files;
    }

    /// <summary>Refuses every other value.</summary>
    public static void AcceptOnly<T>(this Option<T> option, IReadOnlyList<string> values)
    {
        option.CompletionSources.Add([.. values]);
        option.Validators.Add(result =>
        {
            foreach (var value in result.Tokens.Select(token => token.Value).Where(value => !values.Contains(value)))
            {
                result.AddError($"{option.Name}: '{value}' is none of {string.Join(", ", values)}{NearestName.Suggest(value, values)}");
            }
        });
    }

    /// <summary>An option's value as it was written, null where it was not: unlike its parsed value also where that is wrong.</summary>
    public static string? Given(this CommandResult result, Option option) => result.GetResult(option) is { Tokens: [.., var last] } ? last.Value : null;

    private static (string Name, string Value) Divide(string token) =>
        token.IndexOf('=', StringComparison.Ordinal) is var at and > 0 ? (token[..at], token[(at + 1)..]) : (token, "");
}
