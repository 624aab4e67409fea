using System.Reflection;
using MailStats.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailStats.Deploy.Tests.Reference;

/// <summary>The sections that each process binds, as its own registrations say.</summary>
internal static class SettingsSections
{
    private const string Standalone = "Standalone";

    /// <summary>Options class by section, with the processes that read it, in the order of their names.</summary>
    public static IReadOnlyList<(string Section, Type Options, IReadOnlyList<string> Processes)> All() =>
    [
        .. Manifests.Services.Values
            .SelectMany(process => ReadBy(process).Select(options => (Process: process, Options: options)))
            .GroupBy(read => read.Options, read => read.Process)
            .Select(group => (SectionOf(group.Key)!, group.Key, (IReadOnlyList<string>)[.. group.Order(StringComparer.Ordinal), Standalone]))
            .OrderBy(section => section.Item1, StringComparer.Ordinal),
    ];

    private static IEnumerable<Type> ReadBy(string process)
    {
        var host = ServiceHost.Create([]);

        if (Settings.HasEdge(process))
        {
            host.WithEdge();
        }

        typeof(ServiceHost).GetMethod(nameof(ServiceHost.With))!.MakeGenericMethod(Settings.ModuleOf(process)!).Invoke(host, null);

        // The bus is added when the process is built.
        return host.Builder.Services
            .Where(service => service.ServiceType.IsGenericType && service.ServiceType.GetGenericTypeDefinition() == typeof(IOptionsChangeTokenSource<>))
            .Select(service => service.ServiceType.GetGenericArguments()[0])
            .Where(options => SectionOf(options) is not null)
            .Concat(Settings.UsesBus(process) ? [typeof(MessagingOptions)] : [])
            .Distinct();
    }

    private static string? SectionOf(Type options) =>
        options.GetField("Section", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)?.GetRawConstantValue() as string;
}
