using System.Net.Http.Headers;
using MailStats.Stores.Notifications;
using Microsoft.Extensions.Options;

namespace MailStats.Notifier.Sending;

/// <summary>Posts a notice to a webhook. 2xx is success; a receiver recognises repetitions by <c>webhook-id</c>.</summary>
internal sealed class WebhookSender : IDisposable
{
    private const int LongestError = 300;

    private readonly HttpClient _client;
    private readonly TimeProvider _time;

    public WebhookSender(IOptions<NotifierOptions> options, TimeProvider time)
    {
        var allowInner = options.Value.AllowPrivateTargets;
        _time = time;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            MaxResponseHeadersLength = 16,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = (context, cancellationToken) => AddressGuard.ConnectAsync(context.DnsEndPoint, allowInner, cancellationToken),
        })
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("MailStats", "1"));
    }

    /// <returns>The answer's status, and what is wrong with it or null.</returns>
    public async Task<(int? Status, string? Error)> SendAsync(NotificationTarget target, Notice notice, CancellationToken cancellationToken)
    {
        var id = notice.NoticeId.ToString();
        using var request = new HttpRequestMessage(HttpMethod.Post, target.Address)
        {
            Content = new StringContent(notice.Content, new MediaTypeHeaderValue("application/json", "utf-8")),
        };
        request.Headers.Add("MailStats-Event", notice.Type);
        request.Headers.Add("MailStats-Notice-Id", id);

        foreach (var (name, value) in WebhookSignature.Of(target.Secret, id, _time.GetUtcNow(), notice.Content))
        {
            request.Headers.Add(name, value);
        }

        try
        {
            // The answer's body is nobody's business and may be endless: it is not read.
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

            return ((int)response.StatusCode, response.IsSuccessStatusCode ? null : $"the receiver answered {(int)response.StatusCode}");
        }
        catch (HttpRequestException failure)
        {
            var cause = failure.InnerException?.Message ?? failure.Message;

            return (null, cause.Length <= LongestError ? cause : cause[..LongestError]);
        }
    }

    public void Dispose() => _client.Dispose();
}
