using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;

namespace MailStats.Query.Admin;

/// <summary>
/// The tenant that an administrator's call is about: the one the path names, for operators; else the caller's own. So one
/// handler serves both routes. The routes ask for the scope; nothing but the path can name another tenant.
/// </summary>
internal sealed class AddressedTenant
{
    public const string RouteParameter = "tenant";

    private readonly ITenantStore? _register;

    private AddressedTenant(string id, ITenantStore? register) => (Id, _register) = (id, register);

    public string Id { get; }

    /// <summary>Found by the framework, by its name.</summary>
    public static ValueTask<AddressedTenant?> BindAsync(HttpContext context) =>
        new(context.Request.RouteValues.TryGetValue(RouteParameter, out var named) && named is string id
            ? new AddressedTenant(id, context.RequestServices.GetRequiredService<ITenantStore>())
            : new AddressedTenant(context.User.TenantId(), null));

    /// <summary>False when the path names a tenant that does not exist. The caller's own is taken as it is: its key was made for it.</summary>
    public async ValueTask<bool> ExistsAsync(CancellationToken cancellationToken) =>
        _register is null || await _register.FindAsync(Id, cancellationToken) is not null;
}
