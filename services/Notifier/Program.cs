using MailStats.Notifier;
using MailStats.ServiceDefaults;

await ServiceHost.Create(args).With<NotifierModule>().Build().RunAsync();
