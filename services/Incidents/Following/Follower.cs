using MailStats.Incidents.Telling;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Attempts;
using MailStats.Stores.Incidents;
using MailStats.Stores.Upkeep;
using Microsoft.Extensions.Options;

namespace MailStats.Incidents.Following;

/// <summary>
/// Reads what moved in the ledger of attempts and keeps the tenants' incidents. Replicas share the tenants by leases; one that dies
/// leaves its tenants to others when its leases end. What is found follows from the ledger alone and is saved with its notices in one
/// transaction, so whoever takes over finds, and tells, the same.
/// </summary>
internal sealed partial class Follower(
    IAttemptStore attempts,
    IIncidentStore incidents,
    IncidentRecorder recorder,
    IOptions<IncidentsOptions> options,
    TimeProvider time,
    ILogger<Follower> logger) : Rounds(time, logger)
{
    private const int ChangesAtOnce = 10_000;

    /// <summary>How long a tenant is left alone whose attempts or incidents cannot be read.</summary>
    private static readonly TimeSpan SetAside = TimeSpan.FromMinutes(10);

    private readonly TimeSpan _lease = options.Value.Lease;
    private readonly string _holder = Guid.NewGuid().ToString("N");
    private readonly Dictionary<string, TenantFollower> _tenants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _leases = new(StringComparer.Ordinal);

    /// <summary>What moved and was not dealt with yet: at most a start for every five minutes that are kept.</summary>
    private readonly Dictionary<string, HashSet<DateTimeOffset>> _moved = new(StringComparer.Ordinal);

    /// <summary>Starts of tenants that another replica follows, kept for the day on which it dies.</summary>
    private readonly Dictionary<string, DateTimeOffset> _earliest = new(StringComparer.Ordinal);

    private readonly Dictionary<string, DateTimeOffset> _setAside = new(StringComparer.Ordinal);

    private string? _cursor;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override bool AtOnce => true;

    // Nothing is lost: what moved stays noted, and what was found but not saved is found again.
    protected override string NotDone => "Attempts could not be followed";

    protected override Task RoundAsync(CancellationToken stoppingToken) => FollowAsync(stoppingToken);

    /// <summary>One round.</summary>
    internal async Task FollowAsync(CancellationToken cancellationToken)
    {
        await ReadChangesAsync(cancellationToken);

        foreach (var tenantId in _earliest.Keys)
        {
            if (_setAside.TryGetValue(tenantId, out var until) && Time.GetUtcNow() < until)
            {
                continue;
            }

            try
            {
                await FollowAsync(tenantId, cancellationToken);
            }
            catch (Exception error)
            {
                // What it had taken in is half done: it is read anew.
                _tenants.Remove(tenantId);

                if (error is StorageUnavailableException or OperationCanceledException)
                {
                    throw;
                }

                _setAside[tenantId] = Time.GetUtcNow() + SetAside;
                LogSetAside(Logger, tenantId, SetAside, error);
            }
        }
    }

    private async Task FollowAsync(string tenantId, CancellationToken cancellationToken)
    {
        if (!await IsOursAsync(tenantId, cancellationToken))
        {
            _tenants.Remove(tenantId);
            _moved.Remove(tenantId);

            return;
        }

        if (!_tenants.TryGetValue(tenantId, out var follower))
        {
            _tenants.Add(tenantId, follower = new(tenantId, attempts, Time));
            (_moved.TryGetValue(tenantId, out var known) ? known : _moved[tenantId] = []).Add(_earliest[tenantId]);
        }

        _moved.Remove(tenantId, out var moved);
        var (changed, anew) = await follower.FollowAsync(moved ?? [], cancellationToken);
        using var activity = changed.Count > 0 ? Telemetry.Activities.StartActivity("incidents.record") : null;

        if (!await recorder.RecordAsync(new(tenantId, follower.Found, follower.From, _holder), changed, anew, cancellationToken))
        {
            // It stood still for too long: whoever has the tenant now has found the same. Read anew when it is ours again.
            _leases.Remove(tenantId);
            _tenants.Remove(tenantId);
        }
    }

    private async Task ReadChangesAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var changes = await attempts.ChangesAsync(null, _cursor, ChangesAtOnce, cancellationToken);

            foreach (var change in changes.Changes)
            {
                (_moved.TryGetValue(change.TenantId, out var moved) ? moved : _moved[change.TenantId] = []).Add(change.Start);

                if (!_earliest.TryGetValue(change.TenantId, out var earliest) || change.Start < earliest)
                {
                    _earliest[change.TenantId] = change.Start;
                }
            }

            if (changes.Next == _cursor || changes.Changes.Count == 0)
            {
                return;
            }

            _cursor = changes.Next;
        }
    }

    private async ValueTask<bool> IsOursAsync(string tenantId, CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();

        // Asked for again at half its time, and while another has it, so that it is ours soon after that one died.
        if (_leases.TryGetValue(tenantId, out var until) && until - now > _lease / 2)
        {
            return true;
        }

        if (await incidents.LeaseAsync(tenantId, _holder, now, now + _lease, cancellationToken))
        {
            _leases[tenantId] = now + _lease;
            return true;
        }

        _leases.Remove(tenantId);

        return false;
    }

    [LoggerMessage(
        LogLevel.Error,
        "Incidents of tenant {TenantId} cannot be found: what is stored of it cannot be read. Others' are; it is tried again in {Pause}. verify names the row")]
    private static partial void LogSetAside(ILogger logger, string tenantId, TimeSpan pause, Exception error);
}
