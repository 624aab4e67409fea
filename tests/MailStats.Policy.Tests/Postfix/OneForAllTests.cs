using System.Net;
using System.Net.Sockets;
using System.Text;
using MailStats.Mail.Quotas;
using MailStats.Policy.Postfix;
using Microsoft.Data.Sqlite;

namespace MailStats.Policy.Tests.Postfix;

/// <summary>What one peer does must never keep another from being answered.</summary>
public sealed class OneForAllTests
{
    private const string Dunno = "action=DUNNO";

    private readonly ScriptedQuota _quota = new();

    [Fact]
    public async Task Silent_connections_never_keep_an_mta_from_asking()
    {
        await using var server = await StartAsync(options => (options.MaxSessions, options.MaxSessionsPerPeer) = (40, 20));
        using var mta = await server.ConnectAsync();
        Assert.Equal(Dunno, await mta.AskAsync("RCPT"));
        var silent = new List<PolicyClient>();

        for (var i = 0; i < 100; i++)
        {
            silent.Add(await server.ConnectAsync());
        }

        using var another = await server.ConnectAsync();
        Assert.Equal(Dunno, await another.AskAsync("RCPT"));
        Assert.Equal(Dunno, await another.AskForMessageAsync("1", 3));
        Assert.InRange(server.Listener.Sessions, 1, 20);
        Assert.Null(await silent[0].ReadAnswerAsync());
        silent.ForEach(connection => connection.Dispose());
    }

    [Fact]
    public async Task A_session_that_waits_for_its_answer_keeps_its_place_and_who_finds_none_is_a_miss()
    {
        var answer = new TaskCompletionSource<ReservationOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _quota.Reserve = (_, _) =>
        {
            asked.TrySetResult();

            return answer.Task;
        };
        await using var server = await StartAsync(options => (options.MaxSessions, options.DecisionTimeout) = (1, TimeSpan.FromMinutes(1)));
        using var first = await server.ConnectAsync();
        await first.SendAsync(PolicyClient.Request("END-OF-MESSAGE"));
        await asked.Task;

        // Cut off before it has asked, sometimes while it still connects.
        Assert.Null(await AnswerOrEndAsync(server));
        Assert.Equal(1, server.Figures.Misses);

        answer.SetResult(new(ReservationResult.Granted, null));
        Assert.Equal(Dunno, await first.ReadAnswerAsync());

        // Answered, the first is silent (a moment after its MTA has read the answer), and its place is the next one's.
        await Eventually.IsAsync(
            () => AnswerOrEndAsync(server, PolicyClient.Request("RCPT")),
            told => told == Dunno,
            "an answer to the next one");
        Assert.Null(await AnswerOrEndAsync(first));
    }

    [Fact]
    public async Task A_peer_that_asks_and_never_reads_is_cut_off_and_is_a_miss()
    {
        await using var server = await StartAsync(options => options.WriteTimeout = TimeSpan.FromMilliseconds(200));
        using var deaf = new DeafPeer(server.Listener.Endpoints[0]);
        var sending = deaf.AskWithoutEndAsync();

        await sending;
        await Eventually.IsAsync(() => Task.FromResult(server.Listener.Sessions), sessions => sessions == 0, "the session's end");

        Assert.Equal(1, server.Figures.Misses);
        using var mta = await server.ConnectAsync();
        Assert.StartsWith("action=", await mta.AskAsync("RCPT"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_never_reads_does_not_delay_the_stop()
    {
        var server = await StartAsync(options => options.WriteTimeout = TimeSpan.FromMinutes(10));
        using var deaf = new DeafPeer(server.Listener.Endpoints[0]);
        var sending = deaf.AskWithoutEndAsync();
        await Eventually.IsAsync(() => Task.FromResult(deaf.IsStuck), stuck => stuck, "a peer that the server no longer reads from");

        // Within its patience of ten seconds, or it throws.
        await server.DisposeAsync();
        await sending;
    }

    [Fact]
    public async Task A_store_that_is_deaf_to_cancellation_is_trouble_before_the_mta_loses_patience()
    {
        var never = new TaskCompletionSource<ReservationOutcome>();
        _quota.Reserve = (_, _) => never.Task;
        await using var server = await StartAsync(options =>
            (options.DecisionTimeout, options.OnTrouble) = (TimeSpan.FromMilliseconds(100), TroubleAnswer.Defer));
        using var mta = await server.ConnectAsync();

        Assert.StartsWith("action=451 4.3.5", await mta.AskForMessageAsync("1", 1), StringComparison.Ordinal);
        Assert.Equal(1, server.Figures.Misses);
    }

    [Fact]
    public async Task A_reservation_behind_another_process_that_holds_the_store_is_answered_in_its_time()
    {
        await using var host = await PolicyHost.StartAsync(
            settings: ["--Policy:DecisionTimeout", "00:00:00.200", "--Policy:OnTrouble", "Defer"]);
        await host.LimitAsync(10);
        using var mta = await host.ConnectAsync();
        await using var other = new SqliteConnection($"Data Source={Path.Combine(host.Folder, "statistics.db")};Pooling=False");
        await other.OpenAsync();
        await using var command = other.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync();

        // Asked while the other process holds it, and it does not let go before the answer is there.
        Assert.StartsWith("action=451 4.3.5", await mta.AskForMessageAsync("1", 1), StringComparison.Ordinal);

        command.CommandText = "ROLLBACK";
        await command.ExecuteNonQueryAsync();
        await Eventually.IsAsync(() => mta.AskForMessageAsync("1", 1), answer => answer == Dunno, "the same message let through");
        Assert.Equal(1, (await host.StandingAsync()).Taken);
    }

    [Theory]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void An_address_or_a_network_of_64_bits_is_a_peer(string one, string other, bool same) =>
        Assert.Equal(same, OpenSessions.PeerOf(new IPEndPoint(IPAddress.Parse(one), 1)) == OpenSessions.PeerOf(new IPEndPoint(IPAddress.Parse(other), 2)));

    [Fact]
    public void When_all_places_are_taken_the_longest_silent_gives_up_its_own_whoever_it_is()
    {
        var open = new OpenSessions(3, 2);
        var (a1, b1, b2, c1) = (Of("a"), Of("b"), Of("b"), Of("c"));
        Assert.True(open.TryAdd(a1, out _) && open.TryAdd(b1, out _) && open.TryAdd(b2, out _));
        open.Asks(a1);
        open.IsSilent(a1);

        Assert.True(open.TryAdd(c1, out var replaced));
        Assert.Same(b1, replaced);
        Assert.Equal(3, open.Count);

        Assert.True(open.TryAdd(Of("b"), out replaced));
        Assert.Same(b2, replaced);

        foreach (var session in new[] { a1, c1 })
        {
            open.Asks(session);
            open.Remove(session);
        }

        Assert.Equal(1, open.Count);

        static OpenSession Of(string peer) => new(peer, () => { });
    }

    private Task<PolicyServer> StartAsync(Action<PolicyOptions> configure) => PolicyServer.StartAsync(_quota, new OneTenant(), configure);

    /// <summary>Asks on and on and takes no answer.</summary>
    private sealed class DeafPeer : IDisposable
    {
        private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096, SendBufferSize = 64 * 1024 };
        private readonly EndPoint _endpoint;
        private long _sentAt;

        public DeafPeer(EndPoint endpoint) => _endpoint = endpoint;

        /// <summary>Nothing more could be sent for a while: the server waits for its answers to be taken.</summary>
        public bool IsStuck => Volatile.Read(ref _sentAt) is > 0 and var at && TimeProvider.System.GetElapsedTime(at) > TimeSpan.FromMilliseconds(500);

        public async Task AskWithoutEndAsync()
        {
            await _socket.ConnectAsync(_endpoint);
            var requests = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(PolicyClient.Request("RCPT"), 100)));

            try
            {
                while (true)
                {
                    await _socket.SendAsync(requests);
                    Volatile.Write(ref _sentAt, TimeProvider.System.GetTimestamp());
                }
            }
            catch (SocketException)
            {
                // Cut off: what it waits for.
            }
        }

        public void Dispose() => _socket.Dispose();
    }
    /// <summary>The answer; null where the server has ended the connection, whichever way the socket tells it.</summary>
    /// <summary>What a new session is answered; null when it is cut off.</summary>
    private static async Task<string?> AnswerOrEndAsync(PolicyServer server, string? request = null)
    {
        try
        {
            using var client = await server.ConnectAsync();

            return await AnswerOrEndAsync(client, request);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static async Task<string?> AnswerOrEndAsync(PolicyClient client, string? request = null)
    {
        try
        {
            if (request is not null)
            {
                await client.SendAsync(request);
            }

            return await client.ReadAnswerAsync();
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
