using System.Collections.Concurrent;

namespace MailStats.Ingest.Tests;

/// <summary>Gives one certificate in the place of Amazon.</summary>
internal sealed class Amazon : HttpMessageHandler
{
    public string Certificate { get; set; } = "";

    public ConcurrentQueue<Uri> Asked { get; } = [];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Asked.Enqueue(request.RequestUri!);

        return Task.FromResult(new HttpResponseMessage { Content = new StringContent(Certificate) });
    }
}
