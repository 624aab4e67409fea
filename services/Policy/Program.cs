using MailStats.Policy;
using MailStats.ServiceDefaults;

return await ServiceHost.Create(args).With<PolicyModule>().RunAsync();
