using System.Text.Json;
using MailStats.TestSupport;

namespace MailStats.Ingest.Tests.Webhooks.Samples;

/// <summary>A body made after a provider's documentation, and what is to be read out of it: a line of the file named after the provider.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Name">What the body tells.</param>
/// <param name="Body">The body, of SES and Scaleway the text within the envelope, of Mandrill the form's field, of Mailgun without its signature.</param>
/// <param name="Told">
/// A line for each event: kind, recipient, sending domain, <c>tried</c> or <c>untried</c>, then the reply code, the enhanced code and
/// the number of attempts (<c>#3</c>) where they are known.
/// </param>
internal sealed record ProviderSample(string Provider, string Name, string Body, IReadOnlyList<string> Told)
{
    public static IReadOnlyList<string> Providers { get; } =
    [
        "ses", "sendgrid", "mailgun", "postmark", "sparkpost", "kumomta", "postal", "stalwart",
        "resend", "brevo", "mailjet", "mandrill", "mailersend", "mailtrap", "azure", "zeptomail", "scaleway",
    ];

    public static IReadOnlyList<ProviderSample> All { get; } = [.. Providers.SelectMany(Read)];

    public override string ToString() => $"{Provider}: {Name}";

    private static IEnumerable<ProviderSample> Read(string provider)
    {
        foreach (var line in File.ReadLines(Repository.File("tests", "MailStats.Ingest.Tests", "Webhooks", "Samples", provider + ".jsonl")))
        {
            using var document = JsonDocument.Parse(line);
            var sample = document.RootElement;

            yield return new(
                provider,
                sample.GetProperty("name").GetString()!,
                sample.GetProperty("body").GetRawText(),
                [.. sample.GetProperty("told").EnumerateArray().Select(told => told.GetString()!)]);
        }
    }
}
