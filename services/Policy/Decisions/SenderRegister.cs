using MailStats.Storage;
using MailStats.Storage.Deliveries;
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

        var tenant = context?.Tenant
            ?? await tenants.FindTenantOfDomainAsync(mailbox.Domain, cancellationToken)
            ?? await TenantOfLoginAsync(message.Login, cancellationToken)
            ?? options.Value.DefaultTenant;

        return tenant is null ? null : new StatisticsScope(tenant, mailbox.Domain, mailbox.Address);
    }

    private async ValueTask<string?> TenantOfLoginAsync(string login, CancellationToken cancellationToken) =>
        login.Contains('@', StringComparison.Ordinal) && Mailbox.Of(null, login) is { } mailbox
            ? await tenants.FindTenantOfDomainAsync(mailbox.Domain, cancellationToken)
            : null;
}
