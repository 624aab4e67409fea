using MailStats.Query;
using MailStats.ServiceDefaults;

return await ServiceHost.Create(args).With<QueryModule>().RunAsync();
