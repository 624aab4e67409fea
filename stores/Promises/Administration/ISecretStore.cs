namespace MailStats.Stores.Administration;

/// <summary>Random secrets that all replicas share: for sealing cursors, for deriving challenges.</summary>
public interface ISecretStore
{
    /// <summary>32 bytes, made at the first call by whichever process comes first, and the same for all ever after.</summary>
    ValueTask<byte[]> GetOrCreateAsync(string name, CancellationToken cancellationToken);
}
