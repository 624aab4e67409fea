using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MailStats.MongoStandIn.Commands;
using MailStats.MongoStandIn.Wire;

namespace MailStats.MongoStandIn;

/// <summary>How the stand-in is to behave.</summary>
public sealed record StandInOptions
{
    /// <summary>Where it listens.</summary>
    public IPEndPoint Address { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>An open transaction is ended after this (<c>transactionLifetimeLimitSeconds</c>, a minute by default).</summary>
    public TimeSpan TransactionLifetime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a snapshot can be read (<c>minSnapshotHistoryWindowInSeconds</c>, five minutes by default; all versions of that
    /// time are in memory).
    /// </summary>
    public TimeSpan History { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// True when the fail point's <c>closeConnection</c> loses the answer of a command that was done, which is the harder of the two
    /// things that a lost connection can mean; MongoDB's own loses the command.
    /// </summary>
    public bool DoesBeforeClosing { get; init; } = true;

    /// <summary>Who alone may enter, null for everybody.</summary>
    public (string User, string Password)? Login { get; init; }
}

/// <summary>
/// Stands in for a MongoDB replica set of one member, in memory, where there is no MongoDB: it speaks the wire protocol, and
/// keeps the rules that stores/MongoDb builds on. What it does not prove is said in docs/decisions/0014.
/// </summary>
public sealed class StandIn : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly TcpListener _listener;
    private readonly Server _server;
    private readonly Credential? _credential;
    private readonly ConcurrentDictionary<int, Task> _connections = [];
    private readonly Task _accepting;
    private long _sent;

    private StandIn(StandInOptions options, TimeProvider time)
    {
        _server = new(options, time);
        _credential = options.Login is var (user, password) ? new(user, password) : null;
        _listener = new(options.Address);
        _listener.Start(backlog: 512);
        Address = (IPEndPoint)_listener.LocalEndpoint;
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address { get; }

    /// <summary>For a client on this machine; without the password.</summary>
    public string ConnectionString => $"mongodb://127.0.0.1:{Address.Port}/?replicaSet=rs0";

    /// <summary>Transactions that were committed so far, and that were aborted: by a conflict, a client or their age.</summary>
    public (long Committed, long Aborted) Transactions => _server.Engine.Ended;

    /// <summary>How often a transaction was not the first to change a row, by the collection of the row (<c>database.collection</c>).</summary>
    public IReadOnlyDictionary<string, long> Conflicts => _server.Engine.Conflicts;

    /// <summary>Documents of a collection.</summary>
    /// <param name="collection">With its database: <c>database.collection</c>.</param>
    public long Rows(string collection) => _server.Engine.Find(collection)?.Count ?? 0;

    /// <summary>Bytes of a collection's documents and of its indexes, before MongoDB compresses them.</summary>
    /// <param name="collection">With its database: <c>database.collection</c>.</param>
    public (long Documents, long Indexes) Bytes(string collection) => _server.Engine.Find(collection)?.Bytes() ?? default;

    /// <summary>Documents that commands have looked at so far, and bytes that were sent in answer.</summary>
    public (long Rows, long Bytes) Read => (_server.Engine.Read, Interlocked.Read(ref _sent));

    /// <summary>All that hold anything, each with its database.</summary>
    public IReadOnlyList<string> Collections => _server.Engine.Names;

    public static StandIn Start(StandInOptions options, TimeProvider time) => new(options, time);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections.Values);
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        for (var number = 1; !_stopping.IsCancellationRequested; number++)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync(_stopping.Token);
                var id = number;
                _connections[id] = Task.Run(() => ServeAsync(socket, id));
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or InvalidOperationException)
            {
                // Stopping, or a client that went before it was heard.
            }
        }
    }

    private async Task ServeAsync(Socket socket, int number)
    {
        try
        {
            socket.NoDelay = true;
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            var client = new Client(number, socket.LocalEndPoint!, _credential is null ? null : new(_credential));

            while (await Message.ReadAsync(stream, _stopping.Token) is { } message)
            {
                if (await _server.AnswerAsync(new(message.Body), client, _stopping.Token) is not { } answer)
                {
                    break;
                }

                var bytes = message.Answer(answer);
                Interlocked.Add(ref _sent, bytes.Length);
                await stream.WriteAsync(bytes, _stopping.Token);
            }
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client has gone, or this stops. Its open transactions stay until their time is over, as on a server.
        }
        catch (Exception error)
        {
            // A fault of the stand-in's own: the client sees a lost connection, whoever looks for the reason finds it here.
            await Console.Error.WriteLineAsync($"The stand-in for MongoDB has failed: {error}");
        }
        finally
        {
            _connections.TryRemove(number, out _);
        }
    }
}
