using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MailStats.Ingest;

/// <summary>Section <c>Ingest</c>.</summary>
public sealed class IngestOptions
{
    public const string Section = "Ingest";

    /// <summary>Events that one request may hold, recipients of message forms counted one by one.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Ingest:MaxEvents must be 1 to 1000000")]
    public int MaxEvents { get; set; } = 10_000;

    /// <summary>Bytes of a request's body, decompressed.</summary>
    [Range(1024, 1 << 30, ErrorMessage = "Ingest:MaxBytes must be 1024 to 1073741824")]
    public int MaxBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Bytes of bodies of all tenants that may be in memory at once; a request beyond waits for its client to come back (503).</summary>
    [Range(1024, long.MaxValue, ErrorMessage = "Ingest:MaxBufferedBytes must be at least 1024")]
    public long MaxBufferedBytes { get; set; } = 128 * 1024 * 1024;

    /// <summary>
    /// Bytes of one tenant's bodies that may be in memory at once, so that none takes the others' room; a request beyond is
    /// answered 429. At least twice <see cref="MaxBytes"/>: a body of that size leaves room for others of the same tenant.
    /// </summary>
    [Range(1024, long.MaxValue, ErrorMessage = "Ingest:MaxBufferedBytesPerTenant must be at least 1024")]
    public long MaxBufferedBytesPerTenant { get; set; } = 32 * 1024 * 1024;

    /// <summary>
    /// Bytes per second, decompressed, that must come of a body that is not at its end, in every window of five seconds; what
    /// is slower is answered 408. A line of 64 kbit/s is fast enough.
    /// </summary>
    [Range(1, 1 << 30, ErrorMessage = "Ingest:MinBytesPerSecond must be 1 to 1073741824")]
    public int MinBytesPerSecond { get; set; } = 8 * 1024;

    /// <summary>Batches of up to 500 events that may be under way at once: to the broker, or in memory to the store.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Ingest:MaxBatches must be 1 to 1000000")]
    public int MaxBatches { get; set; } = 48;

    /// <summary>How long a request waits for room among <see cref="MaxBatches"/> before it is answered 429.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00", ErrorMessage = "Ingest:MaxWait must be 00:00:00 to 00:01:00")]
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long an answer waits for the events to be applied before they are written to the intake journal instead. Zero:
    /// everything is journaled. Only with the in-memory transport; a broker keeps them itself.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00", ErrorMessage = "Ingest:JournalAfter must be 00:00:00 to 00:01:00")]
    public TimeSpan JournalAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Where mail that comes back is taken over LMTP: <c>127.0.0.1:2424</c>, <c>[::1]:2424</c> or <c>unix:/run/mailstats/lmtp.sock</c>.
    /// Empty: nowhere. This machine alone, for whoever connects is believed.
    /// </summary>
    public string? LmtpListen { get; set; }

    /// <summary>
    /// Id of the webhook source (provider <c>mail</c>) that mail over LMTP belongs to where its recipient's address holds no source's id.
    /// </summary>
    public string? LmtpSource { get; set; }

    /// <summary>How long the broker may take to confirm before the request is answered 503.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00", ErrorMessage = "Ingest:ConfirmTimeout must be 00:00:01 to 00:05:00")]
    public TimeSpan ConfirmTimeout { get; set; } = TimeSpan.FromSeconds(20);
}

internal sealed class IngestOptionsCheck : IValidateOptions<IngestOptions>
{
    public ValidateOptionsResult Validate(string? name, IngestOptions options)
    {
        List<string> mistakes = [];

        if (options.MaxBufferedBytesPerTenant < options.MaxBytes * 2L)
        {
            mistakes.Add($"Ingest:MaxBufferedBytesPerTenant must be at least {options.MaxBytes * 2L}, twice Ingest:MaxBytes");
        }

        if (options.MaxBufferedBytes < options.MaxBufferedBytesPerTenant)
        {
            mistakes.Add($"Ingest:MaxBufferedBytes must be at least {options.MaxBufferedBytesPerTenant}, Ingest:MaxBufferedBytesPerTenant");
        }

        if (options.LmtpListen is { Length: > 0 } text && Lmtp.LmtpEndpoint.Read(text) is null)
        {
            mistakes.Add($"Ingest:LmtpListen: '{text}' is neither a loopback address with a port (127.0.0.1:2424) nor unix:/path");
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }
}
