using System.Collections.Concurrent;
using MailStats.Stores;
using MailStats.Stores.Administration;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MailStats.ServiceDefaults;

/// <summary>
/// A known caller that tries what it may not leaves an entry, as one that may does: once a minute for the same thing, so that
/// nobody fills the log by trying.
/// </summary>
internal sealed partial class Refusals(TimeProvider time, ILogger<Refusals> logger)
{
    private const int MostRemembered = 10_000;

    private static readonly TimeSpan NotedEvery = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Caller, string Action), long> _noted = [];

    public async Task NoteAsync(HttpContext context)
    {
        if (!Audit.IsAudited(context) || context.RequestServices.GetService<IAuditStore>() is not { } log)
        {
            return;
        }

        var entry = Audit.EntryOf(context, time.GetUtcNow());
        var what = (context.User.CallerId(), entry.Action);
        var now = time.GetTimestamp();

        if (_noted.TryGetValue(what, out var last) && time.GetElapsedTime(last, now) < NotedEvery)
        {
            return;
        }

        if (_noted.Count >= MostRemembered)
        {
            _noted.Clear();
        }

        _noted[what] = now;

        try
        {
            await log.BeginAsync(entry, context.RequestAborted);
            await log.CompleteAsync(entry.Id, StatusCodes.Status403Forbidden, new Dictionary<string, string>(), CancellationToken.None);
        }
        catch (StorageUnavailableException error)
        {
            // Nothing was done that would have to be remembered: a refusal needs no store.
            LogNotNoted(logger, error);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A refusal could not be written into the audit log")]
    private static partial void LogNotNoted(ILogger logger, Exception error);
}
