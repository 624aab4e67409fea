using System.Reflection;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.Statistics;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.Api.Tests;

/// <summary>Stands between a process and its stores, and takes them away when it is told to.</summary>
internal sealed class StoreSwitch
{
    /// <summary>True: every store is down but the one of keys, so that callers still get in.</summary>
    public bool StoresAreDown { get; set; }

    public bool KeysAreDown { get; set; }

    public void InsertInto(ServiceHost host)
    {
        var services = host.Builder.Services;

        foreach (var store in services.Where(IsStore).ToList())
        {
            services.Remove(store);
            services.Add(ServiceDescriptor.Describe(store.ServiceType, provider => Wrap(provider, store), store.Lifetime));
        }
    }

    private static bool IsStore(ServiceDescriptor service) =>
        service.ServiceType is { IsInterface: true, IsPublic: true } && service.ServiceType.Assembly == typeof(IStatisticsStore).Assembly;

    private Proxy Wrap(IServiceProvider provider, ServiceDescriptor store)
    {
        var proxy = (Proxy)DispatchProxy.Create(store.ServiceType, typeof(Proxy));
        proxy.Switch = this;
        proxy.Store = store.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, store.ImplementationType!);
        proxy.HoldsKeys = store.ServiceType == typeof(IApiKeyStore);

        return proxy;
    }

#pragma warning disable CA1852 // DispatchProxy derives from it.
    internal class Proxy : DispatchProxy
#pragma warning restore CA1852
    {
        internal StoreSwitch Switch { get; set; } = null!;

        internal object Store { get; set; } = null!;

        internal bool HoldsKeys { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            (HoldsKeys ? Switch.KeysAreDown : Switch.StoresAreDown)
                ? throw new StorageUnavailableException("Taken away by the test.", null)
                : targetMethod!.Invoke(Store, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
