using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using MailStats.Contracts;
using MailStats.Stores.Administration;

namespace MailStats.Query.Live;

/// <summary>
/// The latest changes of each tenant, for views that are open. Readers hold a position, not a queue: one that falls behind
/// gets what it missed in one piece, or is told to load everything again, and never holds up the others.
/// </summary>
internal sealed class LiveChanges
{
    internal const int Remembered = 256;

    private readonly ConcurrentDictionary<string, Tenant> _tenants = new(StringComparer.Ordinal);

    // Positions of another process, or of this one before it was restarted, mean nothing here.
    private readonly string _process = RandomNumberGenerator.GetHexString(12, lowercase: true);

    public void Add(StatisticsChanged change) => Of(change.TenantId).Add(change);

    /// <summary>The position of someone who has just loaded everything.</summary>
    public long Now(string tenantId) => Of(tenantId).Last;

    /// <summary>What has changed since a position; null when that is no longer known.</summary>
    public Changes? Since(string tenantId, long position) => Of(tenantId).Since(position);

    /// <summary>Completes when there is something after the position.</summary>
    public Task WaitAsync(string tenantId, long position) => Of(tenantId).WaitAsync(position);

    public string Id(long position) => string.Create(CultureInfo.InvariantCulture, $"{_process}-{position}");

    /// <summary>The position behind an id of this process that is not in the future; null for every other text.</summary>
    public long? Position(string tenantId, string? id) =>
        id is not null
        && id.StartsWith(_process + "-", StringComparison.Ordinal)
        && long.TryParse(id.AsSpan(_process.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var position)
        && position <= Now(tenantId)
            ? position
            : null;

    private Tenant Of(string tenantId) => _tenants.GetOrAdd(tenantId, _ => new Tenant());

    private sealed class Tenant
    {
        private readonly Lock _lock = new();
        private readonly Queue<StatisticsChanged> _latest = new(Remembered);
        private TaskCompletionSource _changed = New();
        private long _last;

        public long Last
        {
            get
            {
                lock (_lock)
                {
                    return _last;
                }
            }
        }

        public void Add(StatisticsChanged change)
        {
            TaskCompletionSource changed;

            lock (_lock)
            {
                if (_latest.Count == Remembered)
                {
                    _latest.Dequeue();
                }

                _latest.Enqueue(change);
                _last++;
                (changed, _changed) = (_changed, New());
            }

            changed.SetResult();
        }

        public Changes? Since(long position)
        {
            lock (_lock)
            {
                var missed = _last - position;

                if (missed > _latest.Count)
                {
                    return null;
                }

                var changes = _latest.TakeLast((int)missed).ToArray();

                return new Changes(
                    [.. changes.SelectMany(change => change.Domains).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                    changes.Length == 0 ? default : changes.Max(change => change.OccurredAt),
                    _last);
            }
        }

        public Task WaitAsync(long position)
        {
            lock (_lock)
            {
                return _last > position ? Task.CompletedTask : _changed.Task;
            }
        }

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>Several changes as one.</summary>
internal sealed record Changes(IReadOnlyList<string> Domains, DateTimeOffset OccurredAt, long Position);
