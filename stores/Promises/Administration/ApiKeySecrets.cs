using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MailStats.Stores.Administration;

/// <summary>The form of keys, and what is stored of them.</summary>
public static class ApiKeySecrets
{
    /// <summary>What every API key begins with; tells keys from tokens, and lets secret scanners find leaked ones.</summary>
    public const string Prefix = "ms_";

    public static string NewKey() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
