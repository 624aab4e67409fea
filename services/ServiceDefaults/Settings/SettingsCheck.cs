using System.ComponentModel;
using System.Reflection;
using F23.StringSimilarity;
using Microsoft.Extensions.Configuration;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Compares what stands in the configuration with the options classes. The framework's binder ignores a key it does not know:
/// a misspelt setting would silently be the default.
/// </summary>
internal static class SettingsCheck
{
    /// <summary>Letters to add, to leave out, to change and neighbours to exchange.</summary>
    private static readonly OptimalStringAlignment Changes = new();

    /// <summary>Sections that are none of ours and look as if one of ours was meant.</summary>
    public static IEnumerable<SettingsMistake> MisspeltSections(IConfiguration configuration, IReadOnlyList<string> sections)
    {
        foreach (var other in configuration.GetChildren().Where(child => child.GetChildren().Any() && !Contains(sections, child.Key)))
        {
            // Whatever else is in the environment is not ours to judge: one wrong letter, two in a long name.
            if (Nearest(other.Key, sections) is var (nearest, distance) && distance <= (nearest.Length <= 5 ? 1 : 2))
            {
                yield return new($"{other.Key}: there is no such section; did you mean {nearest}?");
            }
        }
    }

    /// <summary>Keys that the class does not have, and values that are not of the type it has.</summary>
    public static IEnumerable<SettingsMistake> Mistakes(IConfigurationSection section, Type options)
    {
        var known = options.GetProperties(BindingFlags.Public | BindingFlags.Instance);

        foreach (var child in section.GetChildren())
        {
            var property = Array.Find(known, property => property.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            var mistakes = property is null ? [Unknown(section, child, known)] : InValue(child, property.PropertyType);

            foreach (var mistake in mistakes)
            {
                yield return mistake;
            }
        }
    }

    private static SettingsMistake Unknown(IConfigurationSection section, IConfigurationSection child, PropertyInfo[] known)
    {
        var names = known.Select(property => property.Name).Order(StringComparer.Ordinal).ToList();

        return new(Nearest(child.Key, names) is var (nearest, distance) && distance <= (nearest.Length / 3) + 1
            ? $"{child.Path}: there is no such setting; did you mean {section.Path}:{nearest}?"
            : $"{child.Path}: there is no such setting; {section.Path} has {string.Join(", ", names)}");
    }

    private static IEnumerable<SettingsMistake> InValue(IConfigurationSection setting, Type type)
    {
        var scalar = Nullable.GetUnderlyingType(type) ?? type;

        if (TypeDescriptor.GetConverter(scalar).CanConvertFrom(typeof(string)))
        {
            return InScalar(setting, scalar, isNullable: scalar != type || !type.IsValueType);
        }

        if (setting.Value is { Length: > 0 })
        {
            return [new($"{setting.Path}: has parts; write {setting.Path}:{(ElementOf(type, typeof(IList<>)) is null ? "NAME" : "0")}")];
        }

        // Keys of a list are numbers, those of a dictionary whatever the operator named.
        return (ElementOf(type, typeof(IList<>)) ?? ElementOf(type, typeof(IDictionary<,>))) is { } element
            ? setting.GetChildren().SelectMany(child => InValue(child, element))
            : Mistakes(setting, type);
    }

    private static IEnumerable<SettingsMistake> InScalar(IConfigurationSection setting, Type type, bool isNullable)
    {
        if (setting.GetChildren().Any())
        {
            return [new($"{setting.Path}: takes one value and has no parts")];
        }

        return setting.Value is null || (setting.Value.Length == 0 && isNullable) || Converts(setting.Value, type)
            ? []
            : [new($"{setting.Path}: '{setting.Value}' is not {Described(type)}", IsWrongType: true)];
    }

    // As the binder does; a converter's own IsValid is stricter with the case of words.
    private static bool Converts(string value, Type type)
    {
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value) is not null;
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            return false;
        }
    }

    private static string Described(Type type) => type switch
    {
        _ when type.IsEnum => string.Join(" or ", Enum.GetNames(type)),
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(TimeSpan) => "a duration, for example 00:00:30",
        _ when type.GetInterfaces().Any(part => part.IsGenericType && part.GetGenericTypeDefinition() == typeof(System.Numerics.IBinaryInteger<>)) =>
            "a whole number of its size",
        _ => $"a {type.Name}",
    };

    /// <summary>What a list or a dictionary holds.</summary>
    private static Type? ElementOf(Type type, Type collection) => type.GetInterfaces().Append(type)
        .FirstOrDefault(part => part.IsGenericType && part.GetGenericTypeDefinition() == collection)?
        .GetGenericArguments()[^1];

    private static bool Contains(IReadOnlyList<string> names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static (string Name, double Distance)? Nearest(string name, IReadOnlyList<string> among) => among
        .Select(other => ((string Name, double Distance)?)(other, Changes.Distance(name.ToUpperInvariant(), other.ToUpperInvariant())))
        .MinBy(candidate => candidate!.Value.Distance);
}

/// <param name="Text">Names the setting and says what is wrong.</param>
/// <param name="IsWrongType">The value cannot be bound.</param>
internal sealed record SettingsMistake(string Text, bool IsWrongType = false);
