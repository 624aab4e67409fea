using MailStats.Policy;
using MailStats.ServiceDefaults;

await ServiceHost.Create(args).With<PolicyModule>().Build().RunAsync();
