using MailStats.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace MailStats.Ingest.Events;

/// <summary>
/// Bytes of events' and webhooks' bodies that are in memory: of all requests together (<see cref="IngestOptions.MaxBufferedBytes"/>),
/// and of each tenant (<see cref="IngestOptions.MaxBufferedBytesPerTenant"/>).
/// </summary>
internal sealed class BodyRoom(IOptions<IngestOptions> options)
{
    private readonly ByteRoom _room = new(options.Value.MaxBufferedBytesPerTenant, options.Value.MaxBufferedBytes);

    /// <summary>Takes nothing when it answers a problem.</summary>
    public BodyProblem Take(string tenantId, int bytes) => _room.Take(tenantId, bytes) switch
    {
        RoomLeft.Enough => BodyProblem.None,
        RoomLeft.NoneOfTenant => BodyProblem.ShareUsedUp,
        _ => BodyProblem.NoRoom,
    };

    public void Return(string tenantId, int bytes) => _room.Return(tenantId, bytes);
}
