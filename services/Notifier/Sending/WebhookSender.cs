using System.Net.Http.Headers;
using System.Text;
using MailStats.Stores.Notifications;
using Microsoft.Extensions.Options;

namespace MailStats.Notifier.Sending;

/// <summary>Posts a notice to a webhook. 2xx is success; a receiver recognises repetitions by <c>MailStats-Notice-Id</c>.</summary>
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
        var body = Encoding.UTF8.GetBytes(notice.Content);
        var now = _time.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, target.Address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.Add("MailStats-Event", notice.Type);
        request.Headers.Add("MailStats-Notice-Id", notice.NoticeId.ToString());
        request.Headers.Add(WebhookSignature.TimestampHeader, WebhookSignature.Stamp(now));
        request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Of(target.Secret, now, body));

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
