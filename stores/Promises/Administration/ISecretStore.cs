namespace MailStats.Stores.Administration;

/// <summary>Random secrets that all replicas share: for sealing cursors, for deriving challenges, for signing links.</summary>
public interface ISecretStore
{
    /// <summary>32 bytes, made at the first call by whichever process comes first, and the same for all ever after.</summary>
    ValueTask<byte[]> GetOrCreateAsync(string name, CancellationToken cancellationToken);

    /// <summary>The same for a secret that is replaced now and then: never out of a process's memory, so that every replica learns of it at once.</summary>
    Task<byte[]> CurrentAsync(string name, CancellationToken cancellationToken);

    /// <summary>Makes another 32 bytes. Only for names that are asked for by <see cref="CurrentAsync"/> alone.</summary>
    Task ReplaceAsync(string name, CancellationToken cancellationToken);
}
