using MailStats.Query;
using MailStats.ServiceDefaults;

if (args is [FirstKeyCommand.Name, ..])
{
    return await FirstKeyCommand.RunAsync(args, CancellationToken.None);
}

return await ServiceHost.Create(args).With<QueryModule>().RunAsync();
