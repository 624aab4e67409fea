using System.Security.Cryptography;
using System.Text;
using MongoDB.Bson;

namespace MailStats.MongoStandIn.Commands;

/// <summary>The one user and their password, from which SCRAM's keys are made once.</summary>
internal sealed class Credential(string user, string password)
{
    public const int Iterations = 4096;

    private readonly byte[] _salted = Rfc2898DeriveBytes.Pbkdf2(password, SaltBytes, Iterations, HashAlgorithmName.SHA256, 32);

    public static string Salt => Convert.ToBase64String(SaltBytes);

    public string User => user;

    private static byte[] SaltBytes { get; } = RandomNumberGenerator.GetBytes(16);

    public byte[] Key(string name) => HMACSHA256.HashData(_salted, Encoding.ASCII.GetBytes(name));
}

/// <summary>A client proves that it knows the password, and is shown that the server does: SCRAM-SHA-256 (RFC 5802, RFC 7677).</summary>
internal sealed class Login(Credential credential)
{
    private string _first = "";
    private string _answer = "";

    public bool IsDone { get; private set; }

    public BsonDocument Start(Request request)
    {
        var message = Text(request.Body["payload"]);
        // Without the header that says no channel is bound.
        _first = message[(message.IndexOf("n=", StringComparison.Ordinal))..];
        _answer = $"r={Part(_first, 'r')}{Convert.ToBase64String(RandomNumberGenerator.GetBytes(18))},s={Credential.Salt},i={Credential.Iterations}";

        return request.Body["mechanism"] == "SCRAM-SHA-256" && Part(_first, 'n') == credential.User ? Answer(_answer, isDone: false) : throw Refused();
    }

    public BsonDocument Continue(Request request)
    {
        var message = Text(request.Body["payload"]);

        // Who did not ask to skip it ends with an empty message.
        if (message.Length == 0 && IsDone)
        {
            return Answer("", isDone: true);
        }

        var proof = Convert.FromBase64String(Part(message, 'p'));
        var signed = Encoding.UTF8.GetBytes($"{_first},{_answer},{message[..message.LastIndexOf(",p=", StringComparison.Ordinal)]}");
        var stored = SHA256.HashData(credential.Key("Client Key"));
        var signature = HMACSHA256.HashData(stored, signed);
        var key = proof.Zip(signature, (one, other) => (byte)(one ^ other)).ToArray();
        IsDone = CryptographicOperations.FixedTimeEquals(SHA256.HashData(key), stored);

        return IsDone ? Answer($"v={Convert.ToBase64String(HMACSHA256.HashData(credential.Key("Server Key"), signed))}", isDone: true) : throw Refused();
    }

    private static BsonDocument Answer(string message, bool isDone) =>
        new() { { "conversationId", 1 }, { "done", isDone }, { "payload", new BsonBinaryData(Encoding.UTF8.GetBytes(message)) } };

    private static string Text(BsonValue payload) => Encoding.UTF8.GetString(payload.AsByteArray);

    private static string Part(string message, char name) => message.Split(',').First(part => part.StartsWith($"{name}=", StringComparison.Ordinal))[2..];

    private static CommandError Refused() => new(ErrorCode.AuthenticationFailed, "Authentication failed.");
}
