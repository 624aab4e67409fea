using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MailStats.Stores.Upkeep;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.Notifications;

namespace MailStats.Notifier.Letters;

/// <summary>
/// Writes the letters that are due and notes them down for the tenant's mail addresses. A letter's notice id follows from tenant and
/// period, and a notice that is noted down already is left as it is: however many replicas write it, and however often they die over
/// it, each address gets it once, by the same way as every other notice.
/// </summary>
internal sealed partial class LetterWriter(
    ILetterStore letters, ITenantStore tenants, INotificationStore notifications, LetterComposer composer, TimeProvider time, ILogger<LetterWriter> logger)
    : Rounds(time, logger)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The letter that was written last for each tenant: it need not be gathered again.</summary>
    private readonly Dictionary<string, Guid> _written = new(StringComparer.Ordinal);

    protected override TimeSpan Interval => TimeSpan.FromMinutes(1);

    protected override bool AtOnce => true;

    // What is due stays due for days.
    protected override string NotDone => "Letters that are due could not be written";

    protected override Task RoundAsync(CancellationToken stoppingToken) => WriteAsync(stoppingToken);

    /// <summary>One round.</summary>
    internal async Task WriteAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();

        foreach (var choice in await letters.ListAsync(cancellationToken))
        {
            try
            {
                await WriteAsync(choice, now, cancellationToken);
            }
            catch (Exception defect) when (defect is not (StorageUnavailableException or OperationCanceledException))
            {
                // One tenant's must not keep the others from theirs.
                LogFailed(Logger, choice.TenantId, defect);
            }
        }
    }

    private async Task WriteAsync(LetterChoice choice, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await tenants.FindAsync(choice.TenantId, cancellationToken) is not { } tenant
            || LetterPeriod.Due(choice, ZoneOf(tenant), now) is not { } period)
        {
            return;
        }

        var id = IdOf(choice, period);

        if (_written.GetValueOrDefault(tenant.Id) == id)
        {
            return;
        }

        var letter = await composer.ComposeAsync(tenant, choice, period, cancellationToken);
        var added = await notifications.AddAsync(
            new(id, tenant.Id, Letter.Type, JsonSerializer.Serialize(letter, Json), now, NotificationKind.Mail), cancellationToken);
        _written[tenant.Id] = id;
        LogWritten(Logger, tenant.Id, added);
    }

    public static Letter Read(string content) => JsonSerializer.Deserialize<Letter>(content, Json)!;

    internal static TimeZoneInfo ZoneOf(Tenant tenant) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(tenant.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;

    private static Guid IdOf(LetterChoice choice, LetterPeriod period) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant(
            $"letter\n{choice.TenantId}\n{choice.Every}\n{period.First:yyyy-MM-dd}"))).AsSpan(0, 16));

    [LoggerMessage(LogLevel.Information, "Letter of tenant {TenantId} is new for {Targets} addresses")]
    private static partial void LogWritten(ILogger logger, string tenantId, int targets);

    [LoggerMessage(LogLevel.Error, "The letter of tenant {TenantId} could not be written; it is tried again in the next round")]
    private static partial void LogFailed(ILogger logger, string tenantId, Exception defect);
}
