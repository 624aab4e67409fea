using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MailStats.ClusterBench;

/// <summary>
/// Asks as Postfix does at the end of a message: over a connection that stays open, twice at most
/// (<c>smtpd_policy_service_try_limit</c>) with a second in between (<c>smtpd_policy_service_retry_delay</c>), three seconds
/// each (docs/quota.md). What has no answer then is left to <c>default_action</c>, which is what must not happen.
/// </summary>
internal sealed class PolicyLoad(DnsEndPoint server, Tenant tenant)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private long _again;

    /// <summary>Messages of one recipient that were let through.</summary>
    public Tally Allowed { get; } = new();

    /// <summary>How often the second try was needed: a connection that stayed open ended with its server.</summary>
    public long Again => Interlocked.Read(ref _again);

    public async Task AskAsync(int worker, CancellationToken stopping)
    {
        TcpClient? connection = null;

        for (var number = 0; !stopping.IsCancellationRequested; number++)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    connection ??= await ConnectAsync();
                    var answer = await AnswerAsync(connection, $"{worker}.{number}");

                    if (answer == "action=DUNNO\n\n")
                    {
                        Allowed.Succeed();
                    }
                    else
                    {
                        Allowed.Fail(answer.TrimEnd());
                    }

                    break;
                }
                catch (Exception lost) when (lost is IOException or SocketException or OperationCanceledException)
                {
                    connection?.Dispose();
                    connection = null;

                    if (attempt == 2)
                    {
                        Allowed.Fail($"not decided: {lost.Message}");
                        break;
                    }

                    Interlocked.Increment(ref _again);
                    await Task.Delay(RetryDelay, TimeProvider.System, CancellationToken.None);
                }
            }

            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }

        connection?.Dispose();
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);

        try
        {
            await client.ConnectAsync(server.Host, server.Port, limit.Token);
        }
        catch
        {
            client.Dispose();
            throw;
        }

        return client;
    }

    private async Task<string> AnswerAsync(TcpClient connection, string id)
    {
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        var stream = connection.GetStream();
        var question = $"request=smtpd_access_policy\nprotocol_state=END-OF-MESSAGE\nsender=team@{tenant.Domain}\nsasl_username=team@{tenant.Domain}\n"
            + $"recipient_count=1\ninstance={tenant.Id}.{id}\nqueue_id={tenant.Id}{id}\n\n";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(question), limit.Token);
        var answer = new StringBuilder();
        var buffer = new byte[512];

        while (!answer.ToString().EndsWith("\n\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer, limit.Token);
            answer.Append(read > 0 ? Encoding.UTF8.GetString(buffer, 0, read) : throw new IOException("the connection was closed"));
        }

        return answer.ToString();
    }
}
