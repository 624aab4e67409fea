using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace MailStats.Standalone;

/// <summary>Where this process can be reached, known once it listens.</summary>
/// <param name="All">Every address, as a browser can open it.</param>
/// <param name="OnlyHere">True when all of them are of loopback: nobody else can follow a link to them.</param>
internal sealed record OwnAddresses(IReadOnlyList<Uri> All, bool OnlyHere)
{
    public static OwnAddresses Of(IServer server)
    {
        var bound = server.Features.Get<IServerAddressesFeature>()!.Addresses;

        return new(
            [.. bound.Select(address => new Uri(Reachable(address)))],
            bound.All(address => Uri.TryCreate(address, UriKind.Absolute, out var at) && at.IsLoopback));
    }

    /// <summary>The dashboard's address; with the key where only this machine can follow it.</summary>
    public Uri LinkWith(string key) => new(All[0], OnlyHere ? $"/#key={key}" : "/");

    public override string ToString() => string.Join(", ", All.Select(address => address.GetLeftPart(UriPartial.Authority)));

    // What a server binds to is not always what a browser can open.
    private static string Reachable(string address) => address
        .Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal)
        .Replace("//[::]", "//localhost", StringComparison.Ordinal)
        .Replace("//+", "//localhost", StringComparison.Ordinal)
        .Replace("//*", "//localhost", StringComparison.Ordinal);
}
