using MailStats.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace MailStats.Ingest.Events;

/// <summary>
/// Bytes of events' and webhooks' bodies that are in memory: of all requests together (<see cref="IngestOptions.MaxBufferedBytes"/>),
/// and of each tenant (<see cref="IngestOptions.MaxBufferedBytesPerTenant"/>), whose large ones are worked off one after the other.
/// </summary>
internal sealed class BodyRoom(IOptions<IngestOptions> options)
{
    /// <summary>How long a large body waits for its tenant's others: some of the largest are unpacked and read within it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TenantTurns _turns = new();

    private readonly ByteRoom _room = new(options.Value.MaxBufferedBytesPerTenant, options.Value.MaxBufferedBytes);

    /// <summary>Takes nothing when it answers a problem.</summary>
    public BodyProblem Take(string tenantId, int bytes) => _room.Take(tenantId, bytes) switch
    {
        RoomLeft.Enough => BodyProblem.None,
        RoomLeft.NoneOfTenant => BodyProblem.ShareUsedUp,
        _ => BodyProblem.NoRoom,
    };

    public void Return(string tenantId, int bytes) => _room.Return(tenantId, bytes);

    /// <summary>Waits until no other large body of the tenant is unpacked and read.</summary>
    public async Task<BodyProblem> TakeTurnAsync(string tenantId, CancellationToken cancellationToken) =>
        await _turns.TakeAsync(tenantId, Patience, cancellationToken) ? BodyProblem.None : BodyProblem.TurnTaken;

    public void ReturnTurn(string tenantId) => _turns.Return(tenantId);
}
