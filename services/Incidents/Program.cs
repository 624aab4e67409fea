using MailStats.Incidents;
using MailStats.ServiceDefaults;

return await ServiceHost.Create(args).With<IncidentsModule>().RunAsync();
