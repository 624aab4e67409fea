using System.Security.Claims;
using MailStats.Mail.Addresses;
using MailStats.Mail.Statistics;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using Microsoft.Extensions.Options;

namespace MailStats.Policy.Decisions;

/// <summary>Whose mail it is: the tenant that has the sender's domain validated, as for the log events of the same message.</summary>
internal sealed class SenderRegister(ITenantStore tenants, IOptions<PolicyOptions> options)
{
    /// <summary>The mailbox that pays; null when nobody does.</summary>
    public async ValueTask<StatisticsScope?> FindAsync(SubmittedMessage message, PolicyContext? context, CancellationToken cancellationToken)
    {
        if (Mailbox.Of(null, message.Sender) is not { } mailbox)
        {
            return null;
        }

        var tenant = message.Tenant
            ?? context?.Tenant
            ?? await tenants.FindTenantOfDomainAsync(mailbox.Domain, cancellationToken)
            ?? await TenantOfLoginAsync(message.Login, cancellationToken)
            ?? options.Value.DefaultTenant;

        return string.IsNullOrEmpty(tenant) ? null : new StatisticsScope(tenant, mailbox.Domain, mailbox.Address);
    }

    /// <summary>
    /// For a caller over HTTP: its own tenant; or, for one that speaks for a whole MTA, the tenant of the sender's domain.
    /// </summary>
    public async ValueTask<StatisticsScope> FindAsync(ClaimsPrincipal caller, string? sender, string? domain, CancellationToken cancellationToken)
    {
        var mailbox = sender is { Length: > 0 } && sender.Contains('@', StringComparison.Ordinal) ? Mailbox.Of(null, sender) : null;
        var name = mailbox?.Domain ?? (string.IsNullOrWhiteSpace(domain) ? null : DomainName.Fold(domain.Trim()));
        var tenant = caller.HasScope(Scopes.IngestAll) && name is not null ? await tenants.FindTenantOfDomainAsync(name, cancellationToken) : null;

        return new(tenant ?? caller.TenantId(), name, mailbox?.Address);
    }

    private async ValueTask<string?> TenantOfLoginAsync(string login, CancellationToken cancellationToken) =>
        login.Contains('@', StringComparison.Ordinal) && Mailbox.Of(null, login) is { } mailbox
            ? await tenants.FindTenantOfDomainAsync(mailbox.Domain, cancellationToken)
            : null;
}
