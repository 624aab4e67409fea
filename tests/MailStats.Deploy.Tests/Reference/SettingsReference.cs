using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace MailStats.Deploy.Tests.Reference;

/// <summary>Every setting of every options class as Markdown.</summary>
internal static partial class SettingsReference
{
    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>One part for each section, between the two marks of <c>docs/settings.md</c>.</summary>
    public static string Write()
    {
        var text = new StringBuilder();

        foreach (var (section, options, processes) in SettingsSections.All())
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {section}\n\n");

            if (SectionSummary().Replace(Docstrings.Of(options), "") is { Length: > 0 } summary)
            {
                text.Append(CultureInfo.InvariantCulture, $"{char.ToUpperInvariant(summary[0])}{summary[1..]}\n\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"Read by: {string.Join(", ", processes)}.\n\n");
            text.Append("| variable | default | allowed | what it does |\n| --- | --- | --- | --- |\n");

            foreach (var setting in Of(section, options))
            {
                text.Append(CultureInfo.InvariantCulture, $"| `{setting.Name}` | {setting.Default} | {setting.Allowed} | {Cell(setting.Text)} |\n");
            }
        }

        return text.ToString();
    }

    /// <summary>The settings of a section, those of its parts after it.</summary>
    public static IEnumerable<Setting> Of(string prefix, Type options)
    {
        // A class without a constructor of its own cannot be a section; the binder makes it in the same way.
        var fresh = Activator.CreateInstance(options)!;

        foreach (var property in options.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var name = $"{prefix}__{property.Name}";
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;

            if (PartsOf(type) is var (suffix, part))
            {
                foreach (var setting in Of(name + suffix, part))
                {
                    yield return setting;
                }
            }
            else if (type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable)))
            {
                yield return new($"{name}__0`, `__1`, `…", "none", Allowed(property, typeof(string)), Docstrings.Of(property));
            }
            else
            {
                yield return new(name, Default(property, fresh), Allowed(property, type), Docstrings.Of(property));
            }
        }
    }

    private static (string Suffix, Type Part)? PartsOf(Type type) => type switch
    {
        _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>) => ("__NAME", type.GetGenericArguments()[1]),
        _ when type.IsClass && type.Assembly.GetName().Name!.StartsWith("MailStats", StringComparison.Ordinal) => ("", type),
        _ => null,
    };

    private static string Default(PropertyInfo property, object options) => property.GetValue(options) switch
    {
        null or "" => property.IsDefined(typeof(RequiredAttribute)) ? "**required**" : "none",
        bool value => value ? "`true`" : "`false`",
        TimeSpan value => $"`{value:c}`",
        var value => $"`{Convert.ToString(value, CultureInfo.InvariantCulture)}`",
    };

    private static string Allowed(PropertyInfo property, Type type) =>
        property.GetCustomAttributes<ValidationAttribute>().Select(Said).OfType<string>().FirstOrDefault()
        ?? (type.IsEnum ? Words(Enum.GetNames(type)) : type == typeof(bool) ? Words(["true", "false"]) : "any text");

    private static string? Said(ValidationAttribute rule) => rule switch
    {
        RangeAttribute range when Equals(range.Maximum, (double)long.MaxValue) || Equals(range.Maximum, long.MaxValue) => $"`{range.Minimum}` or more",
        RangeAttribute range => $"`{range.Minimum}` to `{range.Maximum}`",
        EnumDataTypeAttribute words => Words(Enum.GetNames(words.EnumType)),
        UrlAttribute => "`http://` or `https://` address",
        EmailAddressAttribute => "mail address",
        // The message says after "must be" what the pattern means.
        RegularExpressionAttribute pattern => pattern.ErrorMessage![(pattern.ErrorMessage!.IndexOf("must ", StringComparison.Ordinal) + 5)..]
            .Replace("be ", "", StringComparison.Ordinal),
        _ => null,
    };

    private static string Words(IEnumerable<string> words) => string.Join(", ", words.Select(word => $"`{word}`"));

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    [GeneratedRegex("^Section `[A-Za-z]+`[.:]? ?")]
    private static partial Regex SectionSummary();

    /// <param name="Name">As an environment variable.</param>
    /// <param name="Default">In Markdown.</param>
    /// <param name="Allowed">In Markdown.</param>
    /// <param name="Text">What its docstring says; empty for none.</param>
    internal sealed record Setting(string Name, string Default, string Allowed, string Text);
}
