using System.CommandLine;
using MailStats.Mail.Addresses;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Quotas;
using MailStats.Stores.Sqlite;
using MailStats.Stores.Upkeep;

namespace MailStats.Aggregator.Upkeep;

/// <summary>
/// Commands on the store that the settings name (<c>Storage__Path=…</c>), beside the running services:
/// <c>verify [--repair]</c> and <c>erase TENANT ADDRESS</c>. Exit code 0 when all is right, 1 when something differs, 2 when
/// the store cannot be used.
/// </summary>
internal static class UpkeepCommands
{
    public static bool Asked(string[] args) => args is ["verify" or "erase" or "--help" or "-h", ..];

    public static Task<int> RunAsync(string[] args, TextWriter output)
    {
        var repair = new Option<bool>("--repair") { Description = "Mend what differs; writers wait meanwhile" };
        var verify = new Command("verify", "Counts everything again from the deliveries and compares") { repair };
        verify.SetAction((result, cancellationToken) => InStoreAsync(
            output, (services, token) => VerifyAsync(services, result.GetValue(repair), output, token), cancellationToken));

        var tenant = new Argument<string>("tenant") { Description = "Tenant whose deliveries are searched" };
        var address = new Argument<string>("address") { Description = "Address of the person" };
        var erase = new Command("erase", "Removes every delivery to an address; totals stay") { tenant, address };
        erase.SetAction((result, cancellationToken) => InStoreAsync(
            output,
            (services, token) => EraseAsync(services, result.GetRequiredValue(tenant), result.GetRequiredValue(address), output, token),
            cancellationToken));

        return new RootCommand("The MailStats aggregator. Without a command it runs as a service.") { verify, erase }.Parse(args).InvokeAsync();
    }

    private static async Task<int> InStoreAsync(
        TextWriter output, Func<IServiceProvider, CancellationToken, Task<int>> run, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddStores<SqliteStores, MongoStores>();
        using var host = builder.Build();

        try
        {
            // Not started: a command runs none of the services' own work.
            return await run(host.Services, cancellationToken);
        }
        catch (StorageUnavailableException error)
        {
            await output.WriteLineAsync(error.Message);

            return 2;
        }
    }

    private static async Task<int> VerifyAsync(IServiceProvider services, bool repair, TextWriter output, CancellationToken cancellationToken)
    {
        var report = await services.GetRequiredService<IVerificationStore>().VerifyAsync(repair, cancellationToken);
        var quotas = await services.GetRequiredService<IQuotaStore>().VerifyAsync(repair, cancellationToken);

        foreach (var example in report.Examples)
        {
            await output.WriteLineAsync(example);
        }

        foreach (var quota in quotas)
        {
            await output.WriteLineAsync(FormattableString.Invariant(
                $"quota of {quota.Scope.TenantId} {quota.Scope.Domain} {quota.Scope.Mailbox} {quota.Window}: {quota.Used} used, {quota.TrueUsed} by recount"));
        }

        var differences = report.Differences + quotas.Count;
        await output.WriteLineAsync(FormattableString.Invariant(
            $"{report.Deliveries} deliveries counted again; {differences} rows differ{(differences > 0 && repair ? ", mended" : "")}"));

        return differences == 0 || repair ? 0 : 1;
    }

    private static async Task<int> EraseAsync(IServiceProvider services, string tenant, string address, TextWriter output, CancellationToken cancellationToken)
    {
        var receipt = await services.GetRequiredService<IErasureStore>().EraseAsync(tenant, address, cancellationToken);
        await output.WriteLineAsync(FormattableString.Invariant(
            $"Receipt {receipt.Id}: {receipt.Deliveries} deliveries of tenant {receipt.TenantId} erased at {receipt.ErasedAt:O}; ")
            + $"address hash {receipt.AddressHash}");

        return 0;
    }
}
