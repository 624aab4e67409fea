using System.CommandLine;
using System.CommandLine.Parsing;

namespace MailStats.Collector;

/// <summary>What is wrong with a command line is told with the name that was probably meant.</summary>
internal static class Arguments
{
    /// <summary>Adds the logs. What begins with a dash is a misspelt option, else it would be taken for one more log.</summary>
    public static Argument<string[]> AddLogs(this Command command, string description)
    {
        var files = new Argument<string[]>("FILE") { Description = description, Arity = ArgumentArity.OneOrMore };
        command.Arguments.Add(files);
        command.Validators.Add(result =>
        {
            string[] options = [.. command.Options.Select(option => option.Name)];
            foreach (var token in result.GetResult(files)?.Tokens.Where(token => token.Value is ['-', _, ..]) ?? [])
            {
                var name = token.Value.Split('=')[0];
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
}
