using System.Text.Json.Nodes;
using Yarp.ReverseProxy;

namespace MailStats.Gateway.Documents;

/// <summary>One OpenAPI document out of those of the services behind the gateway.</summary>
internal sealed partial class MergedDocument(IProxyStateLookup proxy, HttpClient client, ILogger<MergedDocument> logger)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/openapi/v1.json", HandleAsync).ExcludeFromDescription();

    private static async Task<IResult> HandleAsync(MergedDocument document, CancellationToken cancellationToken) =>
        await document.ReadAsync(cancellationToken) is { } merged
            ? Results.Text(merged.ToJsonString(), "application/json")
            : Results.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, detail: "No service describes itself at the moment.");

    private async Task<JsonObject?> ReadAsync(CancellationToken cancellationToken)
    {
        var documents = await Task.WhenAll(proxy.GetClusters().OrderBy(cluster => cluster.ClusterId, StringComparer.Ordinal)
            .Select(cluster => ReadAsync(cluster, cancellationToken)));
        JsonObject? merged = null;

        foreach (var document in documents.OfType<JsonObject>())
        {
            if (merged is null)
            {
                merged = document;
            }
            else
            {
                Merge(document, merged);
            }
        }

        return merged;
    }

    /// <summary>A service that is away leaves its part out rather than the whole.</summary>
    private async Task<JsonObject?> ReadAsync(Yarp.ReverseProxy.Model.ClusterState cluster, CancellationToken cancellationToken)
    {
        if (cluster.DestinationsState.AvailableDestinations is not [var destination, ..])
        {
            return null;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Timeout);

        try
        {
            var text = await client.GetStringAsync(new Uri(new Uri(destination.Model.Config.Address), "/openapi/v1.json"), deadline.Token);

            return JsonNode.Parse(text) as JsonObject;
        }
        catch (Exception exception) when (exception is HttpRequestException or System.Text.Json.JsonException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LogAway(logger, cluster.ClusterId);

            return null;
        }
    }

    // Paths, operations, schemas, tags: what is there already stays.
    private static void Merge(JsonObject from, JsonObject into)
    {
        foreach (var (name, value) in from.ToList())
        {
            switch (value, into[name])
            {
                case (JsonObject theirs, JsonObject ours):
                    Merge(theirs, ours);
                    break;
                case (JsonArray theirs, JsonArray ours) when name == "tags":
                    foreach (var tag in theirs.Where(tag => !ours.Any(known => JsonNode.DeepEquals(known, tag))).ToList())
                    {
                        ours.Add(tag!.DeepClone());
                    }

                    break;
                case (not null, null):
                    into[name] = value.DeepClone();
                    break;
                default:
                    break;
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The service {Cluster} did not describe itself")]
    private static partial void LogAway(ILogger logger, string cluster);
}
