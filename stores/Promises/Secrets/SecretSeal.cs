using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailStats.Stores.Secrets;

/// <summary>
/// Seals what proves others' posts to us and ours to others, so that a copy of the database alone gives no secret away: AES-GCM
/// with <see cref="StorageOptions.SecretKey"/>. On SQLite a key is made where none is set, in <c>secret.key</c> beside the
/// files. On MongoDB without a key, secrets are kept in clear, and a warning says so.
/// </summary>
/// <remarks>What was kept in clear before is read as it is, and sealed when it is saved again.</remarks>
internal sealed partial class SecretSeal
{
    /// <summary>The file of a key that was made.</summary>
    public const string KeyFile = "secret.key";

    private const string Mark = "sealed:1:";
    private const int KeyLength = 32;

    private readonly byte[]? _key;
    private readonly ILogger<SecretSeal> _logger;

    public SecretSeal(IOptions<StorageOptions> options, ILogger<SecretSeal> logger)
    {
        _logger = logger;
        var storage = options.Value;
        _key = storage.SecretKey is { Length: > 0 } set ? Convert.FromBase64String(set)
            : storage.Provider == "Sqlite" ? KeptKey(Path.GetFullPath(Path.Combine(storage.Path, KeyFile)))
            : null;

        if (_key is null)
        {
            LogInClear(logger);
        }
    }

    /// <param name="secret">What is kept; empty stays empty.</param>
    /// <param name="of">What it is the secret of: it cannot be opened as another's.</param>
    public string Seal(string secret, string of)
    {
        if (_key is null || secret.Length == 0)
        {
            return secret;
        }

        var nonce = RandomNumberGenerator.GetBytes(AesGcm.NonceByteSizes.MaxSize);
        var plain = Encoding.UTF8.GetBytes(secret);
        var (cipher, tag) = (new byte[plain.Length], new byte[AesGcm.TagByteSizes.MaxSize]);
        using var aes = new AesGcm(_key, tag.Length);
        aes.Encrypt(nonce, plain, cipher, tag, Encoding.UTF8.GetBytes(of));

        return Mark + Convert.ToBase64String([.. nonce, .. tag, .. cipher]);
    }

    /// <summary>
    /// The secret; for what was sealed with another key one that nobody knows, so that nothing is proven by it and the rest
    /// goes on. An error says what to do.
    /// </summary>
    public string Open(string kept, string of)
    {
        if (TryOpen(kept, of) is { } secret)
        {
            return secret;
        }

        LogUnreadable(_logger, of, KeyFile);

        return Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength));
    }

    /// <summary>Null for what was sealed with another key.</summary>
    private string? TryOpen(string kept, string of)
    {
        if (!kept.StartsWith(Mark, StringComparison.Ordinal))
        {
            return kept;
        }

        var (nonceLength, tagLength) = (AesGcm.NonceByteSizes.MaxSize, AesGcm.TagByteSizes.MaxSize);
        var bytes = new byte[kept.Length];

        if (_key is null || !Convert.TryFromBase64String(kept[Mark.Length..], bytes, out var length) || length < nonceLength + tagLength)
        {
            return null;
        }

        var sealedBytes = bytes.AsSpan(0, length);
        var plain = new byte[length - nonceLength - tagLength];
        using var aes = new AesGcm(_key, tagLength);

        try
        {
            aes.Decrypt(
                sealedBytes[..nonceLength], sealedBytes[(nonceLength + tagLength)..], sealedBytes.Slice(nonceLength, tagLength), plain,
                Encoding.UTF8.GetBytes(of));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>Processes that share the folder share the key: whoever makes the file first has made it for all.</summary>
    private static byte[] KeptKey(string path)
    {
        DataFolder.Make(Path.GetDirectoryName(path)!);
        string kept;

        try
        {
            if (!File.Exists(path))
            {
                MakeKey(path);
            }

            kept = File.ReadAllText(path).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageUnavailableException($"{path} cannot be made or read: {error.Message}", error);
        }

        var key = new byte[KeyLength + 1];

        return Convert.TryFromBase64String(kept, key, out var length) && length == KeyLength
            ? key[..KeyLength]
            : throw new StorageUnavailableException($"{path} must hold base64 of {KeyLength} bytes. Bring back the file as it was.", null);
    }

    private static void MakeKey(string path)
    {
        // Written whole under another name: nobody reads half a key.
        var part = $"{path}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };

        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(part, options))
        {
            writer.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength)));
        }

        try
        {
            File.Move(part, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(part);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Secrets of webhooks are kept in clear: set Storage:SecretKey to base64 of 32 random bytes, the same for every service")]
    private static partial void LogInClear(ILogger logger);

    [LoggerMessage(
        LogLevel.Error,
        "The secret of {Of} was sealed with another key than Storage:SecretKey (or {File} in the data folder). Bring that key back, or set the secret anew")]
    private static partial void LogUnreadable(ILogger logger, string of, string file);
}
