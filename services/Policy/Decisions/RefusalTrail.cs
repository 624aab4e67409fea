using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Statistics;
using MailStats.Stores;
using MailStats.Stores.Deliveries;

namespace MailStats.Policy.Decisions;

/// <summary>
/// Notes down recipients that were refused, so that the support desk finds them: as rejected deliveries, which count nowhere. They
/// are applied to the store directly, since this service has no bus, and behind the answer: an MTA never waits for it.
/// </summary>
internal sealed partial class RefusalTrail(IDeliveryStore store, PolicyFigures figures, TimeProvider time, ILogger<RefusalTrail> logger) : BackgroundService
{
    /// <summary>
    /// Refusals that wait to be written, some 10 MB. One more is not noted down, and counted as that. A tenant may have as many as there are
    /// places left, half of all at most, so none takes the others' places.
    /// </summary>
    public const int Most = 20_000;

    private const int AtOnce = 500;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How long refusals are gathered: each transaction of theirs is one that a mail server at the end of a message waits for.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(200);

    private static readonly Classification OnOurList = new()
    {
        Reason = "suppressed",
        Hard = false,
        Permanent = true,
        Unknown = false,
        Actor = "recipient",
        Advice = "The address is on your suppression list. Take it off there when it is right again.",
        Rule = "suppression-list",
    };

    private readonly Channel<ClassifiedDelivery> _waiting = Channel.CreateBounded<ClassifiedDelivery>(Most);
    private readonly ConcurrentDictionary<string, int> _ofTenant = new(StringComparer.Ordinal);

    /// <summary>Out of the channel and not written yet. The one loop's, and after its end the stop's.</summary>
    private readonly List<ClassifiedDelivery> _taken = new(AtOnce);

    public void Add(in StatisticsScope scope, SubmittedMessage message, string recipient, string refusal, string? host)
    {
        if (EmailAddress.Read(recipient, out _) is not { } address)
        {
            return;
        }

        // The MTA's name for the attempt: asked twice about the same recipient, it is one refusal.
        var key = "refused-" + Hash(string.Join('\n', message.Key, message.Sender, host))[..32];
        var refused = new ClassifiedDelivery
        {
            Event = new()
            {
                EventId = new(Convert.FromHexString(Hash($"{key}\n{address}")[..32])),
                TenantId = scope.TenantId,
                MessageKey = key,
                Recipient = address,
                Kind = DeliveryEventKind.Rejected,
                OccurredAt = time.GetUtcNow(),
                Source = "policy",
                Sender = message.Sender,
                QueueId = message.QueueId.Length > 0 ? message.QueueId : null,
                ReportingHost = host,
                ReplyCode = 550,
                EnhancedCode = "5.1.1",
                ReplyText = refusal,
                Attempted = false,
                Login = message.Login.Length > 0 ? message.Login : null,
            },
            Provider = EmailAddress.DomainOf(address).ToString(),
            Classification = OnOurList,
        };

        if (Count(scope.TenantId, 1) > Most - _waiting.Reader.Count || !_waiting.Writer.TryWrite(refused))
        {
            Count(scope.TenantId, -1);
            figures.NotNoted(scope.TenantId);
        }
    }

    private int Count(string tenantId, int more)
    {
        var waiting = _ofTenant.AddOrUpdate(tenantId, more, (_, before) => before + more);

        if (waiting == 0)
        {
            // Tenants of which nothing waits take no memory. Where another has come since, it stays.
            _ofTenant.TryRemove(KeyValuePair.Create(tenantId, 0));
        }

        return waiting;
    }

    /// <summary>What was gathered is written before the process ends, unless the store is down.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // Where patience is over the loop may still be at work: what it has taken is its own.
        while (!cancellationToken.IsCancellationRequested && Take() && await TryApplyAsync(cancellationToken))
        {
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_taken.Count > 0 || await _waiting.Reader.WaitToReadAsync(stoppingToken))
        {
            if (_taken.Count + _waiting.Reader.Count < AtOnce)
            {
                await Task.Delay(Gathering, time, stoppingToken);
            }

            Take();

            if (!await TryApplyAsync(stoppingToken))
            {
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
    }

    /// <summary>Takes as many as one transaction has; false when there is none.</summary>
    private bool Take()
    {
        while (_taken.Count < AtOnce && _waiting.Reader.TryRead(out var refused))
        {
            _taken.Add(refused);
            Count(refused.Event.TenantId, -1);
        }

        return _taken.Count > 0;
    }

    /// <summary>False when the store is down: what was taken is kept and written when it is back; what comes meanwhile waits in the channel.</summary>
    private async Task<bool> TryApplyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.ApplyAsync(_taken, cancellationToken);
        }
        catch (StorageUnavailableException error)
        {
            LogWaiting(logger, error);

            return false;
        }
        catch (Exception defect) when (defect is not OperationCanceledException)
        {
            await ApplyOneByOneAsync(_taken, cancellationToken);
        }

        _taken.Clear();

        return true;
    }

    /// <summary>One of them meets what is damaged in the store: it is left out, the others are noted down.</summary>
    private async Task ApplyOneByOneAsync(IEnumerable<ClassifiedDelivery> refusals, CancellationToken cancellationToken)
    {
        foreach (var refused in refusals)
        {
            try
            {
                await store.ApplyAsync([refused], cancellationToken);
            }
            catch (Exception defect) when (defect is not OperationCanceledException)
            {
                figures.NotNoted(refused.Event.TenantId);
                LogLeftOut(logger, defect);
            }
        }
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [LoggerMessage(LogLevel.Warning, "Refusals could not be noted down yet")]
    private static partial void LogWaiting(ILogger logger, Exception error);

    [LoggerMessage(LogLevel.Error, "A refusal could not be noted down: what is stored of its delivery cannot be read. verify names the row")]
    private static partial void LogLeftOut(ILogger logger, Exception defect);
}
