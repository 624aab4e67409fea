using System.ComponentModel.DataAnnotations;
using MailStats.Classifier.Rules;
using Microsoft.Extensions.Options;

namespace MailStats.Classifier;

/// <summary>Section <c>Classifier</c>.</summary>
public sealed class ClassifierOptions
{
    public const string Section = "Classifier";

    /// <summary>A file of rules for every tenant, asked before those that come with MailStats and after a tenant's own. Read at start.</summary>
    public string? RulesFile { get; set; }

    /// <summary>Seconds after which a change of a tenant's rules, made at another replica, is known here at the latest.</summary>
    [Range(1, 300, ErrorMessage = "Classifier:RulesKnownAfterSeconds must be 1 to 300")]
    public int RulesKnownAfterSeconds { get; set; } = 2;
}

/// <summary>A rules file with mistakes stops the start, and all of them are told.</summary>
internal sealed class ClassifierOptionsValidator : IValidateOptions<ClassifierOptions>
{
    public ValidateOptionsResult Validate(string? name, ClassifierOptions options)
    {
        if (options.RulesFile is not { Length: > 0 } file)
        {
            return ValidateOptionsResult.Success;
        }

        try
        {
            RuleBook.ReadOperators(file, File.ReadAllText(file)).Dispose();

            return ValidateOptionsResult.Success;
        }
        catch (RuleBookException mistakes)
        {
            return ValidateOptionsResult.Fail(mistakes.Mistakes.Select(mistake => "Classifier:RulesFile: " + mistake));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return ValidateOptionsResult.Fail($"Classifier:RulesFile: {error.Message}");
        }
    }
}
