using MailStats.Query;
using MailStats.ServiceDefaults;

await ServiceHost.Create(args).With<QueryModule>().Build().RunAsync();
