using MailStats.Notifier;
using MailStats.ServiceDefaults;

return await ServiceHost.Create(args).With<NotifierModule>().RunAsync();
