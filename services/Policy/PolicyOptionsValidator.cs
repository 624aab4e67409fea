using MailStats.Policy.Postfix;
using Microsoft.Extensions.Options;

namespace MailStats.Policy;

/// <summary>What attributes cannot say; every mistake is listed.</summary>
internal sealed class PolicyOptionsValidator : IValidateOptions<PolicyOptions>
{
    public ValidateOptionsResult Validate(string? name, PolicyOptions options)
    {
        var mistakes = options.Listen.Select(text => ("Listen", text))
            .Concat(options.ListenOnce.Select(text => ("ListenOnce", text)))
            .Where(setting => !PolicyEndpoint.TryParse(setting.text, out _))
            .Select(setting => $"Policy:{setting.Item1}: '{setting.text}' is neither address:port nor unix:/path")
            .Concat(options.SelfTestServers
                .Where(server => !Http.SelfTestBody.IsServer(server))
                .Select(server => $"Policy:SelfTestServers: '{server}' is not host:port"))
            .ToList();

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }
}
