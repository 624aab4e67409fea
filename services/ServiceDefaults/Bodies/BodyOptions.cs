using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>Section <c>Bodies</c>: bodies of all calls but events and webhooks, which have bounds of their own.</summary>
public sealed class BodyOptions
{
    public const string Section = "Bodies";

    /// <summary>Bytes of one body, where the call says nothing else.</summary>
    [Range(1024, 30_000_000, ErrorMessage = "Bodies:MaxBytes must be 1024 to 30000000")]
    public int MaxBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// Bytes of one tenant's bodies that are being read or answered at once, so that none takes the others' room; a request
    /// beyond is answered 429. At least <see cref="MaxBytes"/>.
    /// </summary>
    [Range(1024, long.MaxValue, ErrorMessage = "Bodies:MaxBufferedBytesPerTenant must be at least 1024")]
    public long MaxBufferedBytesPerTenant { get; set; } = 8 * 1024 * 1024;

    /// <summary>The same of all tenants together; a request beyond is answered 503.</summary>
    [Range(1024, long.MaxValue, ErrorMessage = "Bodies:MaxBufferedBytes must be at least 1024")]
    public long MaxBufferedBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>Bytes per second that must come of a body that is not at its end, in every window of five seconds; what is slower is answered 408.</summary>
    [Range(1, 1 << 30, ErrorMessage = "Bodies:MinBytesPerSecond must be 1 to 1073741824")]
    public int MinBytesPerSecond { get; set; } = 8 * 1024;
}

internal sealed class BodyOptionsCheck : IValidateOptions<BodyOptions>
{
    public ValidateOptionsResult Validate(string? name, BodyOptions options)
    {
        List<string> mistakes = [];

        if (options.MaxBufferedBytesPerTenant < options.MaxBytes)
        {
            mistakes.Add($"Bodies:MaxBufferedBytesPerTenant must be at least {options.MaxBytes}, Bodies:MaxBytes");
        }

        if (options.MaxBufferedBytes < options.MaxBufferedBytesPerTenant)
        {
            mistakes.Add($"Bodies:MaxBufferedBytes must be at least {options.MaxBufferedBytesPerTenant}, Bodies:MaxBufferedBytesPerTenant");
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }
}
