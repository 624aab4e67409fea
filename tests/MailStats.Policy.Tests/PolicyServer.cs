using System.Net;
using System.Net.Sockets;
using System.Text;
using MailStats.Policy.Decisions;
using MailStats.Policy.Postfix;
using MailStats.Stores.Administration;
using MailStats.Stores.Quotas;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Brake;
using MailStats.Stores.Suppression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MailStats.Policy.Tests;

/// <summary>The policy server on a free port, over the stores a test hands in.</summary>
internal sealed class PolicyServer : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private PolicyServer(ServiceProvider services) => _services = services;

    public PolicyListener Listener => _services.GetRequiredService<PolicyListener>();

    public RefusalTrail Trail => _services.GetRequiredService<RefusalTrail>();

    public PolicyCounts Figures => _services.GetRequiredService<PolicyFigures>().Read(null).Counts;

    public static async Task<PolicyServer> StartAsync(
        IQuotaStore quotas, ITenantStore tenants, Action<PolicyOptions>? configure = null, ISuppressionStore? suppressions = null)
    {
        var options = new PolicyOptions();
        options.Listen.Add("127.0.0.1:0");
        options.DefaultTenant = "";
        configure?.Invoke(options);

        var services = new ServiceCollection()
            .AddMetrics()
            .AddSingleton(TimeProvider.System)
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddSingleton(Options.Create(options))
            .AddSingleton(quotas)
            .AddSingleton(tenants)
            .AddSingleton<IPolicyTestStore, NoTests>()
            .AddSingleton<PolicyFigures>()
            .AddSingleton<SenderRegister>()
            .AddSingleton(suppressions ?? new NoSuppressions())
            .AddSingleton<IDeliveryStore, NoDeliveries>()
            .AddSingleton<RefusalTrail>()
            .AddSingleton<SuppressionPolicy>()
            .AddSingleton<IBrakeStore, NoBrakes>()
            .AddSingleton(services => new MailboxCounts(null!, null!, services.GetRequiredService<TimeProvider>()))
            .AddSingleton<MailboxNetworks>()
            .AddSingleton<BrakePolicy>()
            .AddSingleton<QuotaPolicy>()
            .AddSingleton<MessageDecision>()
            .AddSingleton<PolicySession>()
            .AddSingleton<PolicyListener>()
            .BuildServiceProvider();
        var server = new PolicyServer(services);
        await server.Listener.StartAsync(CancellationToken.None);

        return server;
    }

    public Task<PolicyClient> ConnectAsync() => PolicyClient.ConnectAsync(Listener.Endpoints[0]);

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await Listener.StopAsync(patience.Token);
        await _services.DisposeAsync();
    }
}

/// <summary>An MTA's side of a policy connection, byte for byte.</summary>
internal sealed class PolicyClient : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[4096];
    private string _pending = "";

    private PolicyClient(Socket socket) => _socket = socket;

    public static async Task<PolicyClient> ConnectAsync(EndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(endpoint);

        return new PolicyClient(socket);
    }

    /// <summary>A request as Postfix writes it; attributes given replace or add to the usual ones.</summary>
    public static string Request(string state, params (string Name, string Value)[] attributes)
    {
        var all = new Dictionary<string, string>
        {
            ["request"] = "smtpd_access_policy",
            ["protocol_state"] = state,
            ["protocol_name"] = "ESMTP",
            ["queue_id"] = state == "RCPT" ? "" : "4F9D195432C",
            ["instance"] = "4d2.6740a1b3.9c1f0.0",
            ["sender"] = "news@shop.example",
            ["recipient"] = state == "RCPT" ? "ann@example.net" : "",
            ["recipient_count"] = state == "RCPT" ? "0" : "1",
            ["client_address"] = "192.0.2.50",
            ["sasl_username"] = "news@shop.example",
            ["size"] = "18432",
            ["policy_context"] = "submission",
        };

        foreach (var (name, value) in attributes)
        {
            all[name] = value;
        }

        return string.Concat(all.Select(attribute => $"{attribute.Key}={attribute.Value}\n")) + "\n";
    }

    public async Task<string> AskAsync(string state, params (string Name, string Value)[] attributes)
    {
        await SendAsync(Request(state, attributes));

        return await ReadAnswerAsync() ?? "(disconnected)";
    }

    public async Task<string> AskForMessageAsync(string instance, int recipients, string client = "192.0.2.50") =>
        await AskAsync(
            "END-OF-MESSAGE", ("instance", instance), ("queue_id", "Q" + instance), ("recipient_count", $"{recipients}"), ("client_address", client));

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(byte[] bytes) => await _socket.SendAsync(bytes);

    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>One answer without its empty line; null when the server disconnected without one.</summary>
    public async Task<string?> ReadAnswerAsync()
    {
        int end;

        while ((end = _pending.IndexOf("\n\n", StringComparison.Ordinal)) < 0)
        {
            if (await ReceiveAsync() == 0)
            {
                return _pending.Length == 0 ? null : throw new IOException($"half an answer: '{_pending}'");
            }
        }

        var answer = _pending[..end];
        _pending = _pending[(end + 2)..];

        return answer;
    }

    /// <summary>Everything up to the server's close.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await ReceiveAsync() > 0)
        {
        }

        return _pending;
    }

    public void Dispose() => _socket.Dispose();

    private async Task<int> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        try
        {
            var count = await _socket.ReceiveAsync(_buffer.AsMemory(), patience.Token);
            _pending += Encoding.UTF8.GetString(_buffer, 0, count);

            return count;
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }
}
