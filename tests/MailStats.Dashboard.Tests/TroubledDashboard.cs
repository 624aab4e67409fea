namespace MailStats.Dashboard.Tests;

/// <summary>One Standalone with something wrong in it, shared by the tests that only look.</summary>
public sealed class TroubledDashboard : FilledStandalone
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    private protected override async Task FillAsync(StandaloneProcess standalone)
    {
        var mail = TroubledMail.Until(TimeProvider.System.GetUtcNow());
        await standalone.IngestAsync(mail.Events);
        await standalone.WaitForRecipientsAsync(mail.Recipients);
        await WaitForIncidentAsync("open", TroubledMail.Slowed);
        await WaitForIncidentAsync("closed", TroubledMail.Refused);
    }

    internal async Task<string> WaitForIncidentAsync(string state, string domain)
    {
        using var timeout = new CancellationTokenSource(_patience);
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(200));

        while (true)
        {
            var found = (await Standalone.GetAsync($"/v1/incidents?state={state}&domain={domain}")).GetProperty("items").EnumerateArray()
                .FirstOrDefault(incident => incident.TryGetProperty("domain", out var where) && where.GetString() == domain);
            if (found.ValueKind != System.Text.Json.JsonValueKind.Undefined)
            {
                return found.GetProperty("id").GetString()!;
            }

            await again.WaitForNextTickAsync(timeout.Token);
        }
    }
}
