using System.ComponentModel.DataAnnotations;
using System.Reflection;
using MailStats.ServiceDefaults;
using Microsoft.Extensions.Configuration;

namespace MailStats.Deploy.Tests;

/// <summary>What the code of a service reads from its environment: the options classes of its project and of those it references.</summary>
internal static class Settings
{
    // Read by .NET, ASP.NET and OpenTelemetry themselves.
    internal static readonly string[] Platform =
    [
        "ASPNETCORE_HTTP_PORTS", "DOTNET_EnableDiagnostics_IPC", "DOTNET_gcServer",
        "OTEL_SERVICE_NAME", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_RESOURCE_ATTRIBUTES",
    ];

    /// <summary>Mistakes in the variables that a deployment gives to a service; null stands for a value known only at run time.</summary>
    public static IEnumerable<string> Mistakes(string project, IReadOnlyDictionary<string, string?> variables)
    {
        var options = OptionsOf(project);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(variables
                .Where(variable => variable.Value is not null)
                .Select(variable => KeyValuePair.Create(variable.Key.Replace("__", ":", StringComparison.Ordinal), variable.Value)))
            .Build();

        foreach (var name in variables.Keys.Where(name => !Platform.Contains(name) && !IsReadDirectly(project, name)))
        {
            var parts = name.Split("__");

            if (!options.TryGetValue(parts[0], out var type))
            {
                yield return $"{project}: {name}: no options class has the section {parts[0]}";
            }
            else if (parts.Length < 2 || type.GetProperty(parts[1]) is null)
            {
                yield return $"{project}: {name}: {type.Name} has no such property";
            }
        }

        foreach (var (section, type) in options.Where(pair => configuration.GetSection(pair.Key).Exists()))
        {
            var bound = Activator.CreateInstance(type)!;
            configuration.GetSection(section).Bind(bound);
            var mistakes = new List<ValidationResult>();
            Validator.TryValidateObject(bound, new ValidationContext(bound), mistakes, validateAllProperties: true);

            foreach (var mistake in mistakes)
            {
                yield return $"{project}: {section}: {mistake.ErrorMessage}";
            }
        }
    }

    public static bool UsesBus(string project) => ModuleOf(project) is { } module
        && (bool)typeof(Settings).GetMethod(nameof(UsesBusOf), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(module).Invoke(null, null)!;

    public static bool UsesStore(string project) => Says(project, ".AddStores<");

    public static bool HasEdge(string project) => Says(project, ".WithEdge()");

    private static bool IsReadDirectly(string project, string name) => Says(project, $"GetEnvironmentVariable(\"{name}\")");

    private static bool Says(string project, string text) =>
        Directory.EnumerateFiles(Checkout.PathOf(project == "Gateway" ? "gateway" : $"services/{project}"), "*.cs", SearchOption.AllDirectories)
            .Any(file => File.ReadAllText(file).Contains(text, StringComparison.Ordinal));

    internal static Dictionary<string, Type> OptionsOf(string project)
    {
        var service = Assembly.Load($"MailStats.{project}");

        return service.GetReferencedAssemblies()
            .Where(name => name.Name!.StartsWith("MailStats.", StringComparison.Ordinal))
            .Select(Assembly.Load)
            .Append(service)
            .SelectMany(assembly => assembly.GetTypes())
            .Select(type => (
                Type: type,
                Section: type.GetField("Section", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)?.GetRawConstantValue() as string))
            .Where(pair => pair.Section is not null)
            .ToDictionary(pair => pair.Section!, pair => pair.Type);
    }

    internal static Type? ModuleOf(string project) =>
        Assembly.Load($"MailStats.{project}").GetTypes().SingleOrDefault(type => type.IsAssignableTo(typeof(IModule)));

    private static bool UsesBusOf<TModule>()
        where TModule : IModule => TModule.UsesBus;
}
